package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// BenchmarkSynthesis runs the app as a process of its own for 1, 10 and 50 project environments, without and with
// validation, and reports wall time, messages to the jsii kernel and the peak memory of the Node.js process and of ours.
func BenchmarkSynthesis(b *testing.B) {
	for _, validated := range []bool{false, true} {
		for _, environments := range []int{1, 10, 50} {
			b.Run(fmt.Sprintf("environments=%d/validated=%v", environments, validated), func(b *testing.B) {
				for b.Loop() {
					synthesizeProcess(b, environments, validated)
				}
			})
		}
	}
}

func synthesizeProcess(b *testing.B, environments int, validated bool) {
	directory := b.TempDir()
	path := filepath.Join(directory, "config.yaml")
	if err := os.WriteFile(path, []byte(organization(environments)), 0o644); err != nil {
		b.Fatal(err)
	}
	run := func(more ...string) ([]byte, time.Duration, *os.ProcessState) {
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), asApp+"=1", fmt.Sprintf("CDK_VALIDATION=%v", validated),
			"CDK_OUTDIR="+filepath.Join(directory, "out"), fmt.Sprintf(`CDK_CONTEXT_JSON={"config":%q}`, path))
		command.Env = append(command.Env, more...)
		start := time.Now()
		output, err := command.CombinedOutput()
		if err != nil {
			b.Fatalf("%v:\n%s", err, output[max(0, len(output)-2000):])
		}
		return output, time.Since(start), command.ProcessState
	}
	_, wall, state := run()
	usage, _ := state.SysUsage().(*syscall.Rusage)
	b.ReportMetric(wall.Seconds(), "s/synth")
	b.ReportMetric(float64(usage.Maxrss)/1024, "MiB-peak")
	if !validated {
		output, _, _ := run("JSII_DEBUG=1")
		b.ReportMetric(float64(bytes.Count(output, []byte(`> {"api":`))), "messages")
	}
}
