// Network-policies enforces the network policies of some namespaces on this node, by kube-router's
// controller: packets from and to their pods pass iptables rules that are made from the policies. Pods
// of other namespaces get no rules. It ends, and takes its rules away, when its standard input does: so
// it does not outlive whoever started it.
package main

import (
	"flag"
	"io"
	"log"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the cluster")
	node := flag.String("node", "", "name of this node")
	services := flag.String("services", "", "network of the service addresses")
	names := flag.String("namespaces", "", "whose policies count, separated by commas")
	lock := flag.String("lock", "", "file: one at a time, since each takes the rules of others for old ones")
	flag.Parse()
	turn, err := os.OpenFile(*lock, os.O_CREATE|os.O_RDONLY, 0o600)
	check(err)
	check(syscall.Flock(int(turn.Fd()), syscall.LOCK_EX))
	defer turn.Close()
	enforced := map[string]bool{}
	for _, name := range strings.Split(*names, ",") {
		enforced[name] = true
	}

	restConfig, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	check(err)
	client, err := kubernetes.NewForConfig(restConfig)
	check(err)
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	check(pods.SetTransform(notOurs(enforced)))

	config := options.NewKubeRouterConfig()
	config.HostnameOverride = *node
	config.ClusterIPCIDRs = []string{*services}
	config.EnableIPv4, config.EnableIPv6 = true, false
	config.IPTablesSyncPeriod = time.Minute
	iptables, ipsets, err := netpol.NewIPTablesHandlers(config)
	check(err)
	controller, err := netpol.NewNetworkPolicyController(
		client, config, pods, policies, namespaces, &sync.Mutex{}, iptables, ipsets)
	check(err)
	for informer, handler := range map[cache.SharedIndexInformer]cache.ResourceEventHandler{
		pods: controller.PodEventHandler, policies: controller.NetworkPolicyEventHandler,
	} {
		_, err = informer.AddEventHandler(only(enforced, handler))
		check(err)
	}

	stop := make(chan struct{})
	factory.Start(stop)
	factory.WaitForCacheSync(stop)
	beats := make(chan *healthcheck.ControllerHeartbeat)
	go func() {
		for range beats {
		}
	}()
	var running sync.WaitGroup
	running.Add(1)
	go controller.Run(beats, stop, &running)
	_, _ = io.Copy(io.Discard, os.Stdin)
	close(stop)
	running.Wait()
	controller.Cleanup()
}

// notOurs makes pods of other namespaces look as if they ran elsewhere: policies may name them, but
// no rules are made for them.
func notOurs(enforced map[string]bool) cache.TransformFunc {
	return func(object interface{}) (interface{}, error) {
		if pod, ok := object.(*corev1.Pod); ok {
			pod.ManagedFields = nil
			if !enforced[pod.Namespace] {
				pod.Status.HostIP = ""
			}
		}
		return object, nil
	}
}

// only leaves out the events of other namespaces: each one has all rules written anew.
func only(enforced map[string]bool, handler cache.ResourceEventHandler) cache.ResourceEventHandler {
	return cache.FilteringResourceEventHandler{
		FilterFunc: func(object interface{}) bool {
			if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = gone.Obj
			}
			meta, ok := object.(v1.Object)
			return ok && enforced[meta.GetNamespace()]
		},
		Handler: handler,
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
