/** The default StorageClass: a folder of the node for each claim, made by local/kubernetes/cmd/slipway-kube/volumes.go. */
export const storageManifest = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: slipway
  annotations: { storageclass.kubernetes.io/is-default-class: "true" }
provisioner: slipway.local/volumes
reclaimPolicy: Delete
volumeBindingMode: WaitForFirstConsumer
`;
