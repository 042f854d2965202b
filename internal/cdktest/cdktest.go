// Package cdktest runs the tests of packages that use the CDK.
package cdktest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
)

// Run runs the tests in a process that is started with the CDK's own validation off, which is by far the largest part of
// a synthesis, and returns the exit code. jsii copies the environment when a program starts, so setting a variable in
// the running process would come too late. A process that is started with CDK_VALIDATION set keeps its value.
func Run(m *testing.M) int {
	if os.Getenv("CDK_VALIDATION") == "" {
		return Again("CDK_VALIDATION=false", os.Args[1:]...)
	}
	code := m.Run()
	jsii.Close()
	return code
}

// Again runs the test binary with one more environment variable and returns the exit code.
func Again(variable string, arguments ...string) int {
	command := exec.Command(os.Args[0], arguments...)
	command.Env = append(os.Environ(), variable, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=true")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil && command.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return command.ProcessState.ExitCode()
}

// WithValidation runs the test in a process of its own in which the CDK validates every template.
func WithValidation(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	if os.Getenv("CDK_VALIDATION") == "true" {
		test(t)
		return
	}
	command := exec.Command(os.Args[0], "-test.run", "^"+strings.Split(t.Name(), "/")[0]+"$", "-test.v")
	command.Env = append(os.Environ(), "CDK_VALIDATION=true")
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, output)
	}
}
