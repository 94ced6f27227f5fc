package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// identity is one certificate to issue: for a server where it has hosts, for a client where not.
type identity struct {
	file, name, group string
	hosts             []string
}

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	folder      string
}

// certificates writes a new certificate authority and everything that it signs for one cluster.
func certificates() int {
	folder := flag.String("folder", "", "where to write")
	node := flag.String("node", "", "the node's name")
	hosts := flag.String("hosts", "", "names and addresses of the API server, separated by commas")
	kubelet := flag.String("kubelet", "", "names and addresses of the kubelet, separated by commas")
	flag.Parse()
	identities := []identity{
		{"apiserver", "kube-apiserver", "", strings.Split(*hosts, ",")},
		{"kubelet-server", "system:node:" + *node, "", strings.Split(*kubelet, ",")},
		{"etcd", "etcd", "", []string{"127.0.0.1"}},
		{"etcd-client", "kube-apiserver-etcd-client", "", nil},
		{"kubelet-client", "kube-apiserver-kubelet-client", "system:masters", nil},
		{"admin", "slipway-admin", "system:masters", nil},
		{"kube-controller-manager", "system:kube-controller-manager", "", nil},
		{"kube-scheduler", "system:kube-scheduler", "", nil},
		{"kube-proxy", "system:kube-proxy", "", nil},
		{"kubelet", "system:node:" + *node, "system:nodes", nil},
	}
	if err := issueAll(*folder, identities); err != nil {
		fmt.Fprintln(os.Stderr, "certificates:", err)
		return 1
	}
	return 0
}

func issueAll(folder string, identities []identity) error {
	a, err := newAuthority(folder)
	if err != nil {
		return err
	}
	for _, i := range identities {
		if err := a.issue(i); err != nil {
			return err
		}
	}
	return serviceAccountKey(folder)
}

func newAuthority(folder string) (*authority, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	certificate := template("slipway-ca", "")
	certificate.IsCA, certificate.BasicConstraintsValid = true, true
	certificate.KeyUsage |= x509.KeyUsageCertSign
	a := &authority{certificate, key, folder}
	return a, a.sign("ca", certificate, key)
}

func (a *authority) issue(i identity) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	certificate := template(i.name, i.group)
	certificate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	for _, host := range i.hosts {
		certificate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		if ip := net.ParseIP(host); ip != nil {
			certificate.IPAddresses = append(certificate.IPAddresses, ip)
		} else {
			certificate.DNSNames = append(certificate.DNSNames, host)
		}
	}
	return a.sign(i.file, certificate, key)
}

func (a *authority) sign(file string, certificate *x509.Certificate, key *ecdsa.PrivateKey) error {
	der, err := x509.CreateCertificate(rand.Reader, certificate, a.certificate, key.Public(), a.key)
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(a.folder, file+".crt"), "CERTIFICATE", der); err != nil {
		return err
	}
	return writeKey(filepath.Join(a.folder, file+".key"), key)
}

func template(name, group string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err)
	}
	subject := pkix.Name{CommonName: name}
	if group != "" {
		subject.Organization = []string{group}
	}
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

func serviceAccountKey(folder string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(folder, "service-accounts.pub"), "PUBLIC KEY", public); err != nil {
		return err
	}
	return writeKey(filepath.Join(folder, "service-accounts.key"), key)
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(path, "EC PRIVATE KEY", der)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
