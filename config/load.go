package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxFileSize of a configuration, in bytes: several thousand environments. It bounds the time that a broken or
// foreign file can take.
const maxFileSize = 512 << 10

// Load reads, completes and checks a configuration file. The error is an *Error with every mistake.
func Load(name string) (*Organization, error) {
	data, err := readFile(name)
	if err != nil {
		return nil, &Error{Problems: []Problem{{File: name, Message: unreadable(err)}}}
	}
	return Parse(name, data)
}

// readFile reads a file, but never much more than Parse accepts.
func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxFileSize+1))
}

func unreadable(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "no such file; name an existing one or start from a copy of examples/minimal.yaml"
	}
	reason := err
	if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) {
		reason = pathError.Err
	}
	return fmt.Sprintf("cannot be read: %v; name a readable YAML file", reason)
}

// Parse completes and checks a configuration given as YAML. Name is the file name in the problems of the error, which
// is an *Error with every mistake.
func Parse(name string, data []byte) (*Organization, error) {
	r := newReport(name)
	organization := &Organization{}
	if root := parseDocument(r, data); root != nil {
		decode(r, root, organization)
		organization.validate(r)
		environments := organization.complete(r)
		organization.validateTogether(r, environments)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return organization, nil
}
