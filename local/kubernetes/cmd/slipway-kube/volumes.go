package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	provisionerName  = "slipway.local/volumes"
	provisionedBy    = "pv.kubernetes.io/provisioned-by"
	claimProvisioner = "volume.kubernetes.io/storage-provisioner"
	selectedNode     = "volume.kubernetes.io/selected-node"
)

// volumes gives each claim of our storage class a folder of its own on the node, as
// a local volume (so that the kubelet applies fsGroup as it does for a cloud disk),
// and removes the folder when its volume is released.
type volumes struct {
	client kubernetes.Interface
	folder string
	node   string
}

func volumeProvisioner() int {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	folder := flag.String("folder", "", "where the volumes are kept")
	node := flag.String("node", "", "the node that has the folder")
	flag.Parse()
	if err := serveVolumes(*kubeconfig, *folder, *node); err != nil {
		fmt.Fprintln(os.Stderr, "volume-provisioner:", err)
		return 1
	}
	return 0
}

func serveVolumes(kubeconfig, folder, node string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	v := &volumes{client, folder, node}
	ctx := server.SetupSignalContext()
	factory := informers.NewSharedInformerFactory(client, 15*time.Second)
	if err := watch(factory.Core().V1().PersistentVolumeClaims().Informer(), func(o any) error {
		return v.provision(ctx, o.(*core.PersistentVolumeClaim))
	}); err != nil {
		return err
	}
	if err := watch(factory.Core().V1().PersistentVolumes().Informer(), func(o any) error {
		return v.reclaim(ctx, o.(*core.PersistentVolume))
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	<-ctx.Done()
	return nil
}

// watch calls handle for each object that is new, changed, or due for another look.
func watch(informer cache.SharedIndexInformer, handle func(any) error) error {
	logged := func(o any) {
		if err := handle(o); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    logged,
		UpdateFunc: func(_, o any) { logged(o) },
	})
	return err
}

func (v *volumes) provision(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	if claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil ||
		claim.Annotations[claimProvisioner] != provisionerName || claim.Annotations[selectedNode] == "" {
		return nil
	}
	name := "pvc-" + string(claim.UID)
	folder := filepath.Join(v.folder, name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	_, err := v.client.CoreV1().PersistentVolumes().Create(ctx, v.volume(name, folder, claim), meta.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	fmt.Printf("%s/%s: %s (%v)\n", claim.Namespace, claim.Name, folder, err)
	return err
}

func (v *volumes) volume(name, folder string, claim *core.PersistentVolumeClaim) *core.PersistentVolume {
	class := ""
	if claim.Spec.StorageClassName != nil {
		class = *claim.Spec.StorageClassName
	}
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: provisionerName}},
		Spec: core.PersistentVolumeSpec{
			Capacity:                      core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			AccessModes:                   claim.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: core.PersistentVolumeReclaimDelete,
			StorageClassName:              class,
			ClaimRef: &core.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			PersistentVolumeSource: core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: folder}},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{
				NodeSelectorTerms: []core.NodeSelectorTerm{{MatchExpressions: []core.NodeSelectorRequirement{{
					Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{v.node},
				}}}},
			}},
		},
	}
}

func (v *volumes) reclaim(ctx context.Context, volume *core.PersistentVolume) error {
	if volume.Annotations[provisionedBy] != provisionerName || volume.Status.Phase != core.VolumeReleased ||
		volume.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete || volume.Spec.Local == nil {
		return nil
	}
	folder := filepath.Clean(volume.Spec.Local.Path)
	if !strings.HasPrefix(folder, filepath.Clean(v.folder)+string(filepath.Separator)) {
		return fmt.Errorf("%s: %s is not one of our folders: left alone", volume.Name, folder)
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	err := v.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
