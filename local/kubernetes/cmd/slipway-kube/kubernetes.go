package main

import (
	"context"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectlcmd "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserverapp "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllerapp "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxyapp "k8s.io/kubernetes/cmd/kube-proxy/app"
	schedulerapp "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubeletapp "k8s.io/kubernetes/cmd/kubelet/app"
)

func run(command *cobra.Command) int { return cli.Run(command) }

func apiserver() int         { return run(apiserverapp.NewAPIServerCommand()) }
func controllerManager() int { return run(controllerapp.NewControllerManagerCommand()) }
func scheduler() int         { return run(schedulerapp.NewSchedulerCommand()) }
func proxy() int             { return run(proxyapp.NewProxyCommand()) }

// The kubelet listens for signals itself.
func kubelet() int { return run(kubeletapp.NewKubeletCommand(context.Background())) }

func kubectl() int {
	command := kubectlcmd.NewDefaultKubectlCommand()
	// It prints the error in kubectl's own words and ends with kubectl's own exit code.
	kubectlutil.CheckErr(cli.RunNoErrOutput(command))
	return 0
}
