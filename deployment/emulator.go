package deployment

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Emulator is a running emulator of AWS. It holds any number of accounts and regions, and forgets them when it ends.
type Emulator struct {
	// Root of the repository, Home a folder that everything run against the emulator may write to.
	Root, Home string
	// URL on the loopback interface.
	URL string

	command *exec.Cmd
	stdin   io.Closer
	mutex   sync.Mutex
	lines   []string
	drained chan struct{}
}

var runningOn = regexp.MustCompile(`Running on (http://localhost:\d+)`)

// Start runs the emulator on a free port. It fails where tools/emulator/install has not run. The emulator ends with Close,
// and also when this process dies.
func Start(root, home string) (*Emulator, error) {
	absolute, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	e := &Emulator{Root: absolute, Home: home, drained: make(chan struct{})}
	e.command = e.python("serve.py")
	if e.stdin, err = e.command.StdinPipe(); err != nil {
		return nil, err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	e.command.Stdout, e.command.Stderr = writer, writer
	err = e.command.Start()
	writer.Close()
	if err != nil {
		reader.Close()
		return nil, fmt.Errorf("%w; install the emulator with tools/emulator/install", err)
	}
	started := make(chan string, 1)
	go e.read(reader, started)
	url, ok := <-started
	if !ok {
		e.Close()
		return nil, fmt.Errorf("the emulator ended at once:\n%s", strings.Join(e.lines, "\n"))
	}
	e.URL = url
	return e, nil
}

// read keeps what the emulator says, until it ends.
func (e *Emulator) read(from io.ReadCloser, started chan<- string) {
	defer close(e.drained)
	defer close(started)
	defer from.Close()
	announced := false
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		e.mutex.Lock()
		e.lines = append(e.lines, lines.Text())
		e.mutex.Unlock()
		if match := runningOn.FindStringSubmatch(lines.Text()); match != nil && !announced {
			announced = true
			started <- match[1]
		}
	}
}

// Close ends the emulator.
func (e *Emulator) Close() {
	e.stdin.Close()
	<-e.drained
	_ = e.command.Wait() // its exit code says nothing more
}

func (e *Emulator) python(script string) *exec.Cmd {
	command := exec.Command(filepath.Join(e.Root, ".cache", "emulator", "bin", "python"), filepath.Join(e.Root, "tools", "emulator", script))
	command.Env = e.environment(Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "none"}, "us-east-1")
	return command
}

// Python is a command that runs the program with the emulator's libraries, among them the SDK, and talks to the emulator.
func (e *Emulator) Python(program string, arguments ...string) *exec.Cmd {
	command := e.python("")
	command.Args = append([]string{command.Path, "-c", program}, arguments...)
	return command
}

// environment of a process that talks to the emulator: nothing of the user's settings, nothing written outside Home, and
// no way to a network but the loopback interface for what heeds a proxy.
func (e *Emulator) environment(keys Credentials, region string) []string {
	nowhere := filepath.Join(e.Home, "none")
	const closed = "http://localhost:9" // the discard port
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + e.Home, "CDK_HOME=" + filepath.Join(e.Home, ".cdk"), "TMPDIR=" + e.Home, "LANG=C.UTF-8", "CI=true", "NO_COLOR=1",
		"HTTP_PROXY=" + closed, "HTTPS_PROXY=" + closed, "NO_PROXY=localhost", "PYTHONDONTWRITEBYTECODE=1",
		"AWS_ENDPOINT_URL=" + e.URL, "AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=" + nowhere, "AWS_SHARED_CREDENTIALS_FILE=" + nowhere,
		"AWS_ACCESS_KEY_ID=" + keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + keys.SecretAccessKey, "AWS_SESSION_TOKEN=" + keys.SessionToken,
		"CDK_DISABLE_CLI_TELEMETRY=true", "CDK_DISABLE_VERSION_CHECK=true",
	}
}

const unsupported = "No Moto CloudFormation support for "

// Unsupported are the resource types that the emulator said it skips, in alphabetical order.
func (e *Emulator) Unsupported() []string {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	var types []string
	for _, line := range e.lines {
		if _, kind, ok := strings.Cut(line, unsupported); ok {
			types = append(types, kind)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// Failures are requests that the emulator broke down on. The CDK command line tries such a request again, and the emulator
// then says that all is done, so a deployment counts only without failures.
func (e *Emulator) Failures() error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	var all []error
	for i, line := range e.lines {
		if strings.HasPrefix(line, "Traceback (most recent call last)") {
			all = append(all, errors.New(lastOfTrace(e.lines[i+1:])))
		}
	}
	return errors.Join(all...)
}

// lastOfTrace is the error at the end of a Python trace, with the frame that it comes from.
func lastOfTrace(lines []string) string {
	frame := ""
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "  File "):
			frame = strings.TrimSpace(line)
		case !strings.HasPrefix(line, " "):
			return "the emulator failed: " + line + " (" + frame + ")"
		}
	}
	return "the emulator failed: " + frame
}
