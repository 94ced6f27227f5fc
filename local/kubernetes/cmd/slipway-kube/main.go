// Slipway-kube is every Kubernetes program of the local platform in one binary,
// so that their common packages are compiled and linked once. The program to be
// is the name it was called by (a link), or else its first argument.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// programs maps a program's name to its main function; each returns the exit code.
var programs = map[string]func() int{
	"kube-apiserver":          apiserver,
	"kube-controller-manager": controllerManager,
	"kube-scheduler":          scheduler,
	"kubelet":                 kubelet,
	"kube-proxy":              proxy,
	"kubectl":                 kubectl,
	"etcd":                    etcd,
	"volume-provisioner":      volumeProvisioner,
	"certificates":            certificates,
}

func main() {
	if program, ok := programs[filepath.Base(os.Args[0])]; ok {
		os.Exit(program())
	}
	if len(os.Args) > 1 {
		if program, ok := programs[os.Args[1]]; ok {
			os.Args = os.Args[1:]
			os.Exit(program())
		}
	}
	names := make([]string, 0, len(programs))
	for name := range programs {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintf(os.Stderr, "usage: slipway-kube <%s> [flags]\n", strings.Join(names, "|"))
	os.Exit(2)
}
