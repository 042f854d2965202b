package main

import (
	"fmt"
	"io"
	"strings"
)

// report is what was tried and how it came out.
type report struct {
	lines  []string
	failed int
}

// add notes what was tried, with an error if it did not come out as it should, and says so at once.
func (r *report) add(out io.Writer, name string, err error) {
	line := "- ok: " + name
	if err != nil {
		r.failed++
		line = "- FAILED: " + name + ": " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	r.lines = append(r.lines, line)
	fmt.Fprintln(out, line)
}

func (r *report) markdown() string {
	return fmt.Sprintf("# End-to-end run\n\n%d tried, %d failed.\n\n%s\n", len(r.lines), r.failed, strings.Join(r.lines, "\n"))
}

// err fails a run in which something did not come out, or nothing was tried.
func (r *report) err() error {
	if r.failed > 0 || len(r.lines) == 0 {
		return fmt.Errorf("%d tried, %d failed", len(r.lines), r.failed)
	}
	return nil
}
