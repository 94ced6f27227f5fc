// Cloud-sql-double stands in for one Cloud SQL instance: the two methods of the Cloud SQL Admin API that the Auth
// Proxy calls, in the shapes that Google publishes (the types are generated from the discovery document); the server
// side of the instance: TLS on port 3307 with certificates of its own authority, in front of a real database; and the
// metadata servers of two identities, of which one may connect, as Workload Identity gives them to pods. It
// prints a line of JSON for each request and connection, and ends when its standard input does.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	sqladmin "google.golang.org/api/sqladmin/v1beta4"
)

// The one port on which instances serve the proxy.
const proxyPort = "3307"

type double struct {
	project, region, name string
	ip, database          string
	authority             authority
	lines                 sync.Mutex
}

func main() {
	address := flag.String("admin", "", "host:port of the Admin API")
	allowed := flag.String("allowed", "", "host:port of the metadata server of the identity that may connect")
	denied := flag.String("denied", "", "host:port of the metadata server of the one that may not")
	instance := flag.String("instance", "", "project:region:name")
	ip := flag.String("ip", "", "address of the instance")
	database := flag.String("database", "", "host:port of the database behind it")
	flag.Parse()
	parts := strings.Split(*instance, ":")
	if len(parts) != 3 {
		log.Fatalf("%q is not project:region:name", *instance)
	}
	d := &double{project: parts[0], region: parts[1], name: parts[2], ip: *ip, database: *database, authority: newAuthority()}
	go d.serveInstance()
	go func() { log.Fatal(http.ListenAndServe(*allowed, metadata("allowed"))) }()
	go func() { log.Fatal(http.ListenAndServe(*denied, metadata("denied"))) }()
	go func() { log.Fatal(http.ListenAndServe(*address, d)) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func (d *double) say(event string, more map[string]any) {
	line := map[string]any{"event": event}
	for key, value := range more {
		line[key] = value
	}
	text, _ := json.Marshal(line)
	d.lines.Lock()
	defer d.lines.Unlock()
	fmt.Println(string(text))
}

// ServeHTTP answers connect.get and connect.generateEphemeralCert.
func (d *double) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	base := fmt.Sprintf("/sql/v1beta4/projects/%s/instances/%s", d.project, d.name)
	d.say("request", map[string]any{"method": r.Method, "path": r.URL.Path, "signedIn": token != ""})
	switch {
	case token != "allowed":
		refuse(w, http.StatusForbidden, "notAuthorized",
			"boss::NOT_AUTHORIZED: Not authorized to access resource. Possibly missing permission cloudsql.instances.connect on resource instances/"+d.name+".")
	case r.Method == http.MethodGet && r.URL.Path == base+"/connectSettings":
		answer(w, d.connectSettings())
	case r.Method == http.MethodPost && r.URL.Path == base+":generateEphemeralCert":
		d.generateEphemeralCert(w, r)
	default:
		refuse(w, http.StatusNotFound, "instanceDoesNotExist", "The Cloud SQL instance does not exist.")
	}
}

// metadata gives the tokens of one identity. https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys
func metadata(token string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Metadata-Flavor", "Google")
		switch strings.TrimPrefix(r.URL.Path, "/computeMetadata/v1/") {
		case "instance/service-accounts/default/token":
			answer(w, map[string]any{"access_token": token, "expires_in": 3599, "token_type": "Bearer"})
		case "universe/universe-domain":
			fmt.Fprint(w, "googleapis.com")
		case "project/project-id":
			fmt.Fprint(w, "acme")
		default:
			http.NotFound(w, r)
		}
	}
}

func (d *double) connectSettings() *sqladmin.ConnectSettings {
	return &sqladmin.ConnectSettings{
		Kind:            "sql#connectSettings",
		BackendType:     "SECOND_GEN",
		DatabaseVersion: "POSTGRES_15",
		Region:          d.region,
		IpAddresses:     []*sqladmin.IpMapping{{Type: "PRIMARY", IpAddress: d.ip}},
		ServerCaCert:    &sqladmin.SslCert{Kind: "sql#sslCert", Cert: d.authority.pem()},
		ServerCaMode:    "GOOGLE_MANAGED_INTERNAL_CA",
	}
}

func (d *double) generateEphemeralCert(w http.ResponseWriter, r *http.Request) {
	var request sqladmin.GenerateEphemeralCertRequest
	body, _ := io.ReadAll(r.Body)
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		refuse(w, http.StatusBadRequest, "invalid", err.Error())
		return
	}
	block, _ := pem.Decode([]byte(request.PublicKey))
	if block == nil {
		refuse(w, http.StatusBadRequest, "invalid", "public_key is not PEM")
		return
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		refuse(w, http.StatusBadRequest, "invalid", err.Error())
		return
	}
	d.say("certificate", map[string]any{"login": request.AccessToken != ""})
	cert := d.authority.issue("client", nil, key)
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))
	answer(w, &sqladmin.GenerateEphemeralCertResponse{EphemeralCert: &sqladmin.SslCert{Kind: "sql#sslCert", Cert: text}})
}

// serveInstance accepts connections whose certificate this instance has issued.
func (d *double) serveInstance() {
	key := newKey()
	cert := d.authority.issue(d.project+":"+d.name, net.ParseIP(d.ip), key.Public())
	clients := x509.NewCertPool()
	clients.AddCert(d.authority.cert)
	config := &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    clients,
	}
	listener, err := tls.Listen("tcp", net.JoinHostPort(d.ip, proxyPort), config)
	check(err)
	for {
		connection, err := listener.Accept()
		check(err)
		go d.connect(connection.(*tls.Conn))
	}
}

func (d *double) connect(client *tls.Conn) {
	defer client.Close()
	if err := client.Handshake(); err != nil {
		d.say("refused", map[string]any{"why": err.Error()})
		return
	}
	d.say("connection", nil)
	server, err := net.Dial("tcp", d.database)
	if err != nil {
		d.say("no database", map[string]any{"why": err.Error()})
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(server, client)
		server.Close()
	}()
	_, _ = io.Copy(client, server)
}

// authority signs the certificates of the instance and of its clients.
type authority struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority() authority {
	key := newKey()
	template := certificate("Google Cloud SQL Server CA", nil)
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage |= x509.KeyUsageCertSign
	bytes, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(err)
	cert, err := x509.ParseCertificate(bytes)
	check(err)
	return authority{key, cert}
}

func (a authority) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

func (a authority) issue(name string, ip net.IP, key any) []byte {
	bytes, err := x509.CreateCertificate(rand.Reader, certificate(name, ip), a.cert, key, a.key)
	check(err)
	return bytes
}

func certificate(name string, ip net.IP) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	check(err)
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name, Organization: []string{"Google, Inc"}},
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     time.Now().Add(time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	if ip != nil {
		template.IPAddresses = []net.IP{ip}
	}
	return template
}

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	check(err)
	return key
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	check(json.NewEncoder(w).Encode(body))
}

// refuse answers as Google's APIs do. https://cloud.google.com/apis/design/errors#http_mapping
func refuse(w http.ResponseWriter, code int, reason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	details := []map[string]string{{"message": message, "domain": "global", "reason": reason}}
	body := map[string]any{"error": map[string]any{"code": code, "message": message, "errors": details}}
	check(json.NewEncoder(w).Encode(body))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
