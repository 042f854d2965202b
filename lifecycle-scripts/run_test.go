package lifecycle

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

const pipConf = `; Written by the environment at every start. There is no other index.
[global]
index-url = %s
disable-pip-version-check = true
`

func codeArtifact(token string) string {
	return strings.Replace(pipConf, "%s", "https://aws:"+token+"@acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com/pypi/approved/simple/", 1)
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func contains(t *testing.T, what, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) {
		t.Errorf("%s lacks %q:\n%s", what, want, got)
	}
}

func gitIdentity(t *testing.T, m *machine, file string) string {
	t.Helper()
	out, err := exec.Command("git", "config", "--file", m.path(file), "--get-regexp", "^user").CombinedOutput()
	if err != nil {
		t.Errorf("git config: %v %s", err, out)
	}
	return string(out)
}

// sdkValue reads a value of the SDK's file as the SDK does: with anchors resolved.
func sdkValue(t *testing.T, text, path string) any {
	t.Helper()
	var tree any
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		t.Fatalf("SDK defaults are no YAML: %v\n%s", err, text)
	}
	for key := range strings.SplitSeq(path, ".") {
		branch, _ := tree.(map[string]any)
		tree = branch[key]
	}
	return tree
}

func TestNotebook(t *testing.T) {
	m := newMachine(t)
	script := render(t, NotebookOnStart, example())
	out := m.start(script)
	if strings.Contains(out, "FAILED") || strings.Contains(out, "not found") {
		t.Fatalf("a step failed although everything answers:\n%s", out)
	}
	equal(t, "pip.conf", m.read("etc/pip.conf"), codeArtifact("token-1"))
	if info, err := os.Stat(m.path("etc/pip.conf")); err != nil || info.Mode() != 0o640 {
		t.Errorf("pip.conf holds a token, and everybody may read it: %v", info.Mode())
	}
	contains(t, "calls", m.calls(), "chown root:ec2-user")
	equal(t, "Git identity", gitIdentity(t, m, "etc/gitconfig"), "user.name ana\nuser.email ana@example.com\n")
	sdk := m.read("etc/xdg/sagemaker/config.yaml")
	for path, want := range map[string]any{
		"SageMaker.PythonSDK.Modules.Session.DefaultS3Bucket":         "fraud-dev-data",
		"SageMaker.TrainingJob.ResourceConfig.VolumeKmsKeyId":         "arn:aws:kms:eu-west-1:111122223333:key/volume",
		"SageMaker.TrainingJob.OutputDataConfig.KmsKeyId":             "arn:aws:kms:eu-west-1:111122223333:key/data",
		"SageMaker.ProcessingJob.NetworkConfig.VpcConfig.Subnets":     []any{"subnet-1", "subnet-2"},
		"SageMaker.Model.VpcConfig.SecurityGroupIds":                  []any{"sg-1"},
		"SageMaker.Model.ExecutionRoleArn":                            "arn:aws:iam::111122223333:role/hosting",
		"SageMaker.Pipeline.RoleArn":                                  "arn:aws:iam::111122223333:role/pipeline",
		"SageMaker.TrainingJob.EnableInterContainerTrafficEncryption": true,
	} {
		if diff := cmp.Diff(want, sdkValue(t, sdk, path)); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	tags := []any{
		map[string]any{"Key": "Environment", "Value": "dev"},
		map[string]any{"Key": "Note", "Value": `it's "ours" & $HOME`},
		map[string]any{"Key": "Project", "Value": "fraud"},
	}
	if diff := cmp.Diff(any(tags), sdkValue(t, sdk, "SageMaker.EndpointConfig.Tags")); diff != "" {
		t.Errorf("tags: %s", diff)
	}
	contains(t, "cron", m.read("etc/cron.d/secureml-idle-stop"), `*/5 * * * * root "`+m.path("usr/local/libexec/secureml/idle-stop")+`" >>`)
	contains(t, "Jupyter's configuration", m.read("etc/jupyter/jupyter_config.json"), `{"ContentsManager": {"files_handler_class": "tornado.web.ErrorHandler", "files_handler_params": {"status_code": 403}}}`)

	before := m.files()
	if again := m.start(script); strings.Contains(again, "FAILED") {
		t.Errorf("the second start fails:\n%s", again)
	}
	if diff := cmp.Diff(before, m.files()); diff != "" {
		t.Errorf("the second start changes something:\n%s", diff)
	}
	if n := strings.Count(m.calls(), "restart jupyter-server"); n != 1 {
		t.Errorf("Jupyter was restarted %d times, want once", n)
	}
}

// A space has no root and no cron; all is in the home, and a process renews the token.
func TestSpaces(t *testing.T) {
	for _, kind := range []Kind{JupyterLab, CodeEditor} {
		m := newMachine(t)
		script := render(t, kind, example())
		if out := m.start(script) + m.start(script); strings.Contains(out, "FAILED") {
			t.Errorf("%s: a step failed although everything answers:\n%s", kind, out)
		}
		equal(t, "pip.conf", m.read("home/.config/pip/pip.conf"), codeArtifact("token-1"))
		equal(t, "Git identity", gitIdentity(t, m, "home/.gitconfig"), "user.name ana\nuser.email ana@example.com\n")
		contains(t, "SDK defaults", m.read("home/.config/sagemaker/config.yaml"), "fraud-dev-data")
		if got := m.read("home/.jupyter/jupyter_config.json") != ""; got != (kind == JupyterLab) {
			t.Errorf("%s: Jupyter configured: %v", kind, got)
		}
		for name := range m.files() {
			if !strings.HasPrefix(name, "home/") && name != "proc/uptime" && !strings.HasPrefix(name, "opt/") {
				t.Errorf("%s: writes %s, outside the home", kind, name)
			}
		}
		lock := m.path("home/.local/libexec/secureml/package-token.lock")
		held := func() bool { return exec.Command("flock", "-n", lock, "true").Run() != nil }
		for range 200 {
			if _, err := os.Stat(lock); err == nil && held() {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if !held() {
			t.Errorf("%s: nothing renews the token", kind)
		}
	}
}

// The command that renews the token runs on its own, keeps a young one, and the old one where the service fails.
func TestTokenRenewal(t *testing.T) {
	m := newMachine(t)
	m.start(render(t, NotebookOnStart, example()))
	renew := func() string {
		out, err := m.run(m.path("usr/local/libexec/secureml/package-token"))
		if err != nil {
			t.Errorf("renewal: %v %s", err, out)
		}
		return out
	}
	renew()
	equal(t, "a young token", m.read("etc/pip.conf"), codeArtifact("token-1"))
	old := time.Now().Add(-6 * time.Hour)
	if err := os.Chtimes(m.path("etc/pip.conf"), old, old); err != nil {
		t.Fatal(err)
	}
	m.env["STUB_FAIL"] = "get-repository-endpoint"
	contains(t, "log", renew(), "FAILED: package-token, tried again in 10 minutes")
	equal(t, "after a failure", m.read("etc/pip.conf"), codeArtifact("token-1"))
	m.env["STUB_FAIL"] = ""
	renew()
	equal(t, "an old token", m.read("etc/pip.conf"), codeArtifact("token-3"))
}

func TestServedIndex(t *testing.T) {
	e := example()
	e.Packages = Packages{URL: "https://index.example/it's/simple/"}
	for kind, file := range map[Kind]string{NotebookOnStart: "etc/pip.conf", JupyterLab: "home/.config/pip/pip.conf"} {
		m := newMachine(t)
		m.start(render(t, kind, e))
		equal(t, "pip.conf", m.read(file), strings.Replace(pipConf, "%s", "https://index.example/it's/simple/", 1))
		if strings.Contains(m.calls(), "codeartifact") {
			t.Error("CodeArtifact was asked although there is none")
		}
	}
}

// Git gets an address as it was configured, whatever it holds, and nothing of it is executed.
func TestHostileAddress(t *testing.T) {
	m := newMachine(t)
	m.env["STUB_EMAIL"] = `o'neil "$(touch "$HOME/pwned")"; x@example.com`
	m.start(render(t, CodeEditor, example()))
	equal(t, "Git identity", gitIdentity(t, m, "home/.gitconfig"), "user.name ana\nuser.email "+m.env["STUB_EMAIL"]+"\n")
	if m.read("home/pwned") != "" || m.files()["home/pwned"] != "" {
		t.Error("an address was executed")
	}
}

// Whatever fails, is missing or hangs: the start succeeds, says which step failed, and all other steps are done.
func TestFailures(t *testing.T) {
	const index, identity, defaults, downloads = "private package index", "Git identity", "SageMaker SDK defaults", "no downloads in Jupyter"
	steps := map[string]string{
		index: "etc/pip.conf", identity: "etc/gitconfig", defaults: "etc/xdg/sagemaker/config.yaml",
		"stop after 60 idle minutes": "etc/cron.d/secureml-idle-stop",
		downloads:                    "etc/jupyter/jupyter_config.json",
	}
	set := func(name, value string) func(*machine) { return func(m *machine) { m.env[name] = value } }
	remove := func(name string) func(*machine) {
		return func(m *machine) {
			if err := os.Remove(m.bin + "/" + name); err != nil {
				m.t.Fatal(err)
			}
		}
	}
	hang := func(name string) func(*machine) {
		return func(m *machine) { m.install(name, "#!/bin/bash\nexec sleep 600\n") }
	}
	for name, c := range map[string]struct {
		spoil func(*machine)
		fails []string
	}{
		"token refused":         {set("STUB_FAIL", "get-authorization-token"), []string{index}},
		"no package endpoint":   {set("STUB_FAIL", "get-repository-endpoint"), []string{index}},
		"token hangs":           {set("STUB_HANG", "get-authorization-token"), []string{index}},
		"sts refused":           {set("STUB_FAIL", "sts"), []string{identity}},
		"sts hangs":             {set("STUB_HANG", "sts"), []string{identity}},
		"unknown user":          {set("STUB_FAIL", "users/ana"), []string{identity}},
		"parameters refused":    {set("STUB_FAIL", "by-path"), []string{defaults}},
		"parameters hang":       {set("STUB_HANG", "by-path"), []string{defaults}},
		"no parameters":         {set("STUB_PARAMETERS", ""), []string{defaults}},
		"one parameter missing": {set("STUB_PARAMETERS", strings.Replace(parameters, "volume-key", "other-key", 1)), []string{defaults}},
		"no aws":                {remove("aws"), []string{index, identity, defaults}},
		"aws hangs":             {hang("aws"), []string{index, identity, defaults}},
		"no git":                {remove("git"), []string{identity}},
		"git hangs":             {hang("git"), []string{identity}},
		"no systemctl":          {remove("systemctl"), []string{downloads}},
		"systemctl hangs":       {hang("systemctl"), []string{downloads}},
		"chown refused":         {func(m *machine) { m.install("chown", "#!/bin/bash\nexit 1\n") }, []string{index, defaults, "stop after 60 idle minutes", downloads}},
		"no room":               {func(m *machine) { m.install("mktemp", "#!/bin/bash\nexit 1\n") }, []string{index, defaults, "stop after 60 idle minutes", downloads}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			m.env["SECUREML_LIMIT"] = "1"
			if !strings.Contains(name, "hang") {
				m.env["SECUREML_LIMIT"] = "30"
			}
			c.spoil(m)
			out := m.start(render(t, NotebookOnStart, example()))
			if n := strings.Count(out, "FAILED"); n != len(c.fails) {
				t.Errorf("%d steps failed, want %d", n, len(c.fails))
			}
			for _, step := range c.fails {
				contains(t, "log", out, "FAILED: "+step+". ")
				if steps[step] != steps[downloads] && m.read(steps[step]) != "" {
					t.Errorf("%s failed and left %s:\n%s", step, steps[step], m.read(steps[step]))
				}
			}
			for step, file := range steps {
				if !strings.Contains(out, "FAILED: "+step) && (m.read(file) == "" || !strings.Contains(out, "done: "+step)) {
					t.Errorf("%s was not done:\n%s", step, out)
				}
			}
			for file := range m.files() {
				if strings.Contains(file, ".conf.") || strings.Contains(file, ".yaml.") {
					t.Errorf("%s is left over", file)
				}
			}
		})
	}
}

func TestIdleStop(t *testing.T) {
	ago := func(minutes int) string {
		return `"last_activity": "` + time.Now().UTC().Add(-time.Duration(minutes)*time.Minute).Format("2006-01-02T15:04:05.000000Z") + `"`
	}
	for name, c := range map[string]struct {
		kernels, terminals, uptime string
		stops                      bool
	}{
		"idle kernel":           {`[{"execution_state": "idle", ` + ago(61) + `}]`, `[]`, "36000", true},
		"nothing was opened":    {`[]`, `[]`, "36000", true},
		"just started":          {`[]`, `[]`, "600", false},
		"recent kernel":         {`[{"execution_state": "idle", ` + ago(61) + `}, {"execution_state": "idle", ` + ago(50) + `}]`, `[]`, "36000", false},
		"kernel computes":       {`[{"execution_state": "busy", ` + ago(600) + `}]`, `[]`, "36000", false},
		"terminal works":        {`[]`, `[{"name": "1", ` + ago(2) + `}]`, "36000", false},
		"terminals are off":     {`[{"execution_state": "idle", ` + ago(61) + `}]`, ``, "36000", true},
		"Jupyter talks rubbish": {`oops`, `[]`, "36000", false},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer := map[string]string{"/api/kernels": c.kernels, "/api/terminals": c.terminals}[r.URL.Path]
				if answer == "" {
					http.NotFound(w, r)
					return
				}
				_, _ = w.Write([]byte(answer))
			}))
			t.Cleanup(server.Close)
			m := newMachine(t)
			m.env["SECUREML_JUPYTER"] = server.URL
			m.write("proc/uptime", c.uptime+".00 1.00\n")
			m.start(render(t, NotebookOnStart, example()))
			out, err := m.run(m.path("usr/local/libexec/secureml/idle-stop"))
			if err != nil {
				t.Errorf("idle-stop: %v %s", err, out)
			}
			if got := strings.Contains(m.calls(), "aws sagemaker stop-notebook-instance --notebook-instance-name fraud-dev-ana"); got != c.stops {
				t.Errorf("stops: %v, want %v\n%s", got, c.stops, out)
			}
			if c.kernels == "oops" {
				contains(t, "log", out, "FAILED: idle-stop")
			}
		})
	}
}

// Jupyter has one file for this setting. One that is there already may hold what the notebook needs.
func TestForeignJupyterConfiguration(t *testing.T) {
	m := newMachine(t)
	if err := os.MkdirAll(m.path("home/.jupyter"), 0o755); err != nil {
		t.Fatal(err)
	}
	m.write("home/.jupyter/jupyter_config.json", `{"ServerApp": {}}`)
	out := m.start(render(t, JupyterLab, example()))
	contains(t, "log", out, "jupyter_config.json belongs to somebody else")
	contains(t, "log", out, "FAILED: no downloads in Jupyter")
	equal(t, "configuration", m.read("home/.jupyter/jupyter_config.json"), `{"ServerApp": {}}`)
}

func TestNoIdleStop(t *testing.T) {
	e := example()
	e.IdleMinutes = 0
	m := newMachine(t)
	m.start(render(t, NotebookOnStart, e))
	if m.read("etc/cron.d/secureml-idle-stop") != "" {
		t.Error("0 is never, and yet the notebook stops")
	}
}
