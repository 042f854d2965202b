package lifecycle

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// needed is everything that scripts may call besides aws, git and systemctl. Nothing else is on their PATH, so that
// curl, wget or pip would be noticed.
var needed = []string{"bash", "cat", "chmod", "date", "find", "flock", "grep", "mkdir", "mktemp", "mv", "nohup", "rm", "sleep", "timeout"}

// aws answers what the real one would print, writes down each call, fails calls that hold $STUB_FAIL and hangs in those
// that hold $STUB_HANG.
const awsStub = `#!/bin/bash
printf 'aws %s\n' "$*" >>"$STUB_CALLS"
if test -n "$STUB_FAIL" && [[ "$*" == *$STUB_FAIL* ]]; then echo "AccessDenied" >&2; exit 254; fi
if test -n "$STUB_HANG" && [[ "$*" == *$STUB_HANG* ]]; then exec sleep 600; fi
case "$*" in
*get-authorization-token*) echo "token-$(grep -c get-authorization-token "$STUB_CALLS")" ;;
*get-repository-endpoint*) echo https://acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com/pypi/approved/ ;;
*get-caller-identity*) echo arn:aws:sts::111122223333:assumed-role/secureml-fraud-dev-notebook-ana/SageMaker ;;
*"get-parameter --name /secureml/fraud/dev/users/ana "*) echo "$STUB_EMAIL" ;;
*get-parameters-by-path*) printf '%b' "$STUB_PARAMETERS" ;;
*stop-notebook-instance*) ;;
*) echo "unexpected: $*" >&2; exit 252 ;;
esac
`

const parameters = `/secureml/fraud/dev/data-bucket\tfraud-dev-data\n` +
	`/secureml/fraud/dev/data-key-arn\tarn:aws:kms:eu-west-1:111122223333:key/data\n` +
	`/secureml/fraud/dev/volume-key-arn\tarn:aws:kms:eu-west-1:111122223333:key/volume\n` +
	`/secureml/fraud/dev/security-group-id\tsg-1\n` +
	`/secureml/fraud/dev/subnet-ids\tsubnet-1,subnet-2\n` +
	`/secureml/fraud/dev/job-role-arn\tarn:aws:iam::111122223333:role/job\n` +
	`/secureml/fraud/dev/hosting-role-arn\tarn:aws:iam::111122223333:role/hosting\n` +
	`/secureml/fraud/dev/pipeline-role-arn\tarn:aws:iam::111122223333:role/pipeline\n`

// machine is a directory that a script takes for a whole machine. Its name holds what shells stumble over.
type machine struct {
	t    *testing.T
	root string
	bin  string
	env  map[string]string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	base := t.TempDir()
	m := &machine{t: t, root: filepath.Join(base, "it's a \"root\" $HOME"), bin: filepath.Join(base, "bin")}
	m.env = map[string]string{
		"PATH": m.bin, "HOME": m.home(), "SECUREML_ROOT": m.root, "STUB_CALLS": filepath.Join(base, "calls"),
		"STUB_PARAMETERS": parameters, "STUB_EMAIL": "ana@example.com",
	}
	for _, dir := range []string{m.bin, m.home(), m.path("etc/cron.d"), m.path("var/log"), m.path("proc"), m.path("opt/ml/metadata")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range append(needed, "git") {
		real, err := exec.LookPath(name)
		if err != nil {
			t.Fatalf("%v; the scripts are run, so install it", err)
		}
		m.install(name, "#!/bin/bash\nexec "+real+" \"$@\"\n")
	}
	python, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Fatalf("python3: %v; the scripts are run, so install it", err)
	}
	m.install("python3", "#!/bin/bash\nexec "+strings.TrimSpace(string(python))+" \"$@\"\n")
	m.install("aws", awsStub)
	for _, name := range []string{"chown", "systemctl"} {
		m.install(name, "#!/bin/bash\nprintf '"+name+" %s\\n' \"$*\" >>\"$STUB_CALLS\"\n")
	}
	m.write("proc/uptime", "36000.00 1000.00\n")
	m.write("opt/ml/metadata/resource-metadata.json", `{"ResourceArn": "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/ana", "ResourceName": "fraud-dev-ana"}`)
	return m
}

func (m *machine) home() string                 { return filepath.Join(m.root, "home") }
func (m *machine) path(name string) string      { return filepath.Join(m.root, name) }
func (m *machine) install(name, content string) { m.put(filepath.Join(m.bin, name), content, 0o755) }
func (m *machine) write(name, content string)   { m.put(m.path(name), content, 0o644) }

func (m *machine) put(file, content string, mode os.FileMode) {
	m.t.Helper()
	if err := os.WriteFile(file, []byte(content), mode); err != nil {
		m.t.Fatal(err)
	}
}

// read returns "" for a file that does not exist.
func (m *machine) read(name string) string {
	content, err := os.ReadFile(m.path(name))
	if err != nil && !os.IsNotExist(err) {
		m.t.Fatal(err)
	}
	return string(content)
}

func (m *machine) calls() string {
	content, err := os.ReadFile(m.env["STUB_CALLS"])
	if err != nil && !os.IsNotExist(err) {
		m.t.Fatal(err)
	}
	return string(content)
}

// start runs a script, which must succeed whatever happens, and returns what it says. Everything that it leaves running
// ends with the test.
func (m *machine) start(script Script) string {
	m.t.Helper()
	file := filepath.Join(filepath.Dir(m.bin), "script")
	m.put(file, script.Text, 0o755)
	out, err := m.run(file)
	if err != nil {
		m.t.Errorf("the script keeps the machine from starting: %v\n%s", err, out)
	}
	return out
}

// run ends after a minute, long after all limits of the script, so that a call without a limit fails the test.
func (m *machine) run(file string) (string, error) {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, file)
	for name, value := range m.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	m.t.Cleanup(func() {
		if cmd.Process != nil {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		}
	})
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// files returns every file below the root with its mode and content, without logs and locks.
func (m *machine) files() map[string]string {
	m.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(m.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".log") || strings.HasSuffix(path, ".lock") {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path, m.root+"/")
		all[name] = info.Mode().String() + "\n" + m.read(name)
		return nil
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return all
}
