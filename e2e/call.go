package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"unicode"
)

// call is one request of an AWS API: the service as the SDK names it, the operation as the API does.
type call struct {
	Service   string         `json:"service"`
	Operation string         `json:"operation"`
	Input     map[string]any `json:"input"`
}

// arguments of the AWS command line.
func (c call) arguments(region string) ([]string, error) {
	input, err := json.Marshal(c.Input)
	if err != nil {
		return nil, err
	}
	service := c.Service
	if service == "s3" {
		service = "s3api"
	}
	return []string{service, kebab(c.Operation), "--region", region, "--output", "json", "--cli-input-json", string(input)}, nil
}

// kebab writes CreateTrainingJob as create-training-job, ListObjectsV2 as list-objects-v2.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// client makes calls.
type client interface {
	do(ctx context.Context, c call) (map[string]any, error)
}

// commandLine is the AWS command line, version 2, with the credentials of its environment.
type commandLine struct{ region string }

func (l commandLine) do(ctx context.Context, c call) (map[string]any, error) {
	arguments, err := c.arguments(l.region)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, "aws", arguments...)
	command.Env = append(os.Environ(), "AWS_PAGER=")
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", c.Service, c.Operation, err, strings.TrimSpace(stderr.String()))
	}
	if strings.TrimSpace(stdout.String()) == "" {
		return nil, nil
	}
	var out map[string]any
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		return nil, fmt.Errorf("%s %s: %w", c.Service, c.Operation, err)
	}
	return out, nil
}
