package sdkdefaults_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/secureml/environments/sdkdefaults"
)

// call is one call of the SDK to AWS.
type call struct {
	// Script that made it, empty where it was on its way to another address than AWS's.
	Script string
	// Operation of SageMaker, empty for other services.
	Operation    string
	Method, Path string
	Header       http.Header
	Body         []byte
}

// recorder answers every call so that the script goes on, and keeps it.
type recorder struct {
	mu    sync.Mutex
	calls []call
}

// answer serves all SageMaker calls: each takes the members that it knows.
const answer = `{"AutoMLJobArn":"arn:x","EndpointArn":"arn:x","EndpointConfigArn":"arn:x","FeatureGroupArn":"arn:x","HyperParameterTuningJobArn":"arn:x",
"JobDefinitionArn":"arn:x","ModelArn":"arn:x","ModelPackageArn":"arn:x","ModelPackageGroupArn":"arn:x","MonitoringScheduleArn":"arn:x","PipelineArn":"arn:x",
"ProcessingJobArn":"arn:x","TrainingJobArn":"arn:x","TransformJobArn":"arn:x","EndpointConfigName":"churn","ModelPackageGroupSummaryList":[],"ModelPackageStatus":"Completed",
"DataCaptureConfig":{"EnableCapture":true,"DestinationS3Uri":"s3://x"}}`

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	script, path, _ := strings.Cut(strings.TrimPrefix(req.URL.Path, "/"), "/")
	_, operation, sageMaker := strings.Cut(req.Header.Get("X-Amz-Target"), "SageMaker.")
	c := call{Script: script, Operation: operation, Method: req.Method, Path: path, Header: req.Header, Body: body}
	outside := req.URL.Host != "" || req.Method == http.MethodConnect
	if outside {
		c.Script, c.Path = "", req.Host
	}
	r.mu.Lock()
	r.calls = append(r.calls, c)
	r.mu.Unlock()
	switch {
	case outside:
		http.Error(w, "there is no way out", http.StatusForbidden)
	case sageMaker:
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		io.WriteString(w, answer)
	case strings.Contains(string(body), "GetCallerIdentity"):
		io.WriteString(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/x/SageMaker</Arn>`+
			`<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	case c.listsBuckets():
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `<Error><Code>AccessDenied</Code></Error>`)
	}
}

// listsBuckets: the SDK asks whether the default bucket is among the account's, and goes on when it may not know.
func (c call) listsBuckets() bool {
	return c.Method == http.MethodGet && c.Path == ""
}

// python is the interpreter with the SDK that make sdk-test sets up, empty where there is none.
func python(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../.cache/sdk/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// run runs scripts with the SDK and the defaults where an administrator puts them, and returns the calls that they made. The
// recorder is also the proxy for all other addresses, and lets nothing out.
func run(t *testing.T, scripts []string, defaults []byte) []call {
	t.Helper()
	r := &recorder{}
	server := httptest.NewServer(r)
	defer server.Close()
	home := t.TempDir()
	file := filepath.Join(home, strings.TrimPrefix(sdkdefaults.Path, "/etc/"))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, defaults, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, python(t), append([]string{"testdata/run.py"}, scripts...)...)
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CONFIG_DIRS=" + filepath.Join(home, "xdg"), "XDG_CONFIG_HOME=" + home, "RECORDER=" + server.URL,
		"AWS_DEFAULT_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1",
		"HTTP_PROXY=" + server.URL, "HTTPS_PROXY=" + server.URL, "NO_PROXY=127.0.0.1", "PYTHONDONTWRITEBYTECODE=1",
	}
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("the scripts: %v\n%s", err, strings.Join(regexp.MustCompile(`(?m)^FAILED .*|^\w*Error.*`).FindAllString(string(output), -1), "\n"))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}
