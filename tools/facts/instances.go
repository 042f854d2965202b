package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// uses maps each enumeration of the SageMaker API to the use it stands for.
var uses = map[string]string{
	"AppInstanceType":               "studio",
	"InstanceType":                  "notebook",
	"ProcessingInstanceType":        "processing",
	"ProductionVariantInstanceType": "hosting",
	"TrainingInstanceType":          "training",
	"TransformInstanceType":         "transform",
}

// instanceTypes returns the names of all instance types of any use.
func instanceTypes(sdkDir string) ([]string, file, error) {
	path := filepath.Join(sdkDir, "types", "enums.go")
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, file{}, err
	}
	found := map[string][]string{}
	seen := map[string]bool{}
	for _, decl := range parsed.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST {
			continue
		}
		for _, spec := range gen.Specs {
			value := spec.(*ast.ValueSpec)
			enum, ok := value.Type.(*ast.Ident)
			if !ok || uses[enum.Name] == "" {
				continue
			}
			seen[enum.Name] = true
			for _, v := range value.Values {
				name, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil {
					return nil, file{}, err
				}
				// Studio's "system" stands for the default app, which runs on
				// no instance of the account.
				if name != "system" {
					found[name] = append(found[name], uses[enum.Name])
				}
			}
		}
	}
	if len(seen) != len(uses) {
		return nil, file{}, fmt.Errorf("%s: enumerations %v, want %v",
			path, slices.Sorted(maps.Keys(seen)), slices.Sorted(maps.Keys(uses)))
	}
	type entry struct {
		Name string   `json:"name"`
		Uses []string `json:"uses"`
	}
	var entries []entry
	names := slices.Sorted(maps.Keys(found))
	for _, name := range names {
		slices.Sort(found[name])
		entries = append(entries, entry{name, found[name]})
	}
	return names, newFile(sdkSource, "types/enums.go", listOf("types", entries)), nil
}

// localStorage names the families of which every size has local NVMe storage,
// as EC2 describes them. A family that EC2 describes as mixed stays out, so
// that a volume key is still demanded.
func localStorage(moto *zip.ReadCloser, types []string, unlisted string) (file, error) {
	const name = "moto/ec2/resources/instance_types.json.gz"
	described, err := describedTypes(moto, name)
	if err != nil {
		return file{}, err
	}
	known, err := unlistedFamilies(unlisted)
	if err != nil {
		return file{}, err
	}
	local := map[string]bool{}
	absent := map[string]bool{}
	for _, t := range types {
		family := t[:strings.LastIndex(t, ".")]
		d, ok := described[strings.TrimPrefix(t, "ml.")]
		if !ok {
			absent[family] = true
			continue
		}
		nvme := d.InstanceStorageInfo.NvmeSupport == "required" && d.InstanceStorageInfo.EncryptionSupport == "required"
		if before, ok := local[family]; ok && before != nvme {
			fmt.Fprintf(os.Stderr, "facts: family %s is mixed: taken as without local storage\n", family)
			nvme = false
		}
		local[family] = nvme
	}
	var problems []error
	for family := range absent {
		if !slices.Contains(known, family) {
			problems = append(problems, fmt.Errorf("%s is not in %s: add it to %s", family, name, filepath.Base(unlisted)))
		}
	}
	for _, family := range known {
		if !absent[family] {
			problems = append(problems, fmt.Errorf("%s need not be in %s any more", family, filepath.Base(unlisted)))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return file{}, err
	}
	maps.DeleteFunc(local, func(_ string, nvme bool) bool { return !nvme })
	return newFile(motoSource, name+" (output of EC2 DescribeInstanceTypes)",
		listOf("families", slices.Sorted(maps.Keys(local)))), nil
}

type ec2Type struct {
	InstanceStorageInfo struct{ NvmeSupport, EncryptionSupport string }
}

func describedTypes(moto *zip.ReadCloser, name string) (map[string]ec2Type, error) {
	packed, err := readFrom(moto, name)
	if err != nil {
		return nil, err
	}
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var described map[string]ec2Type
	if err := json.NewDecoder(plain).Decode(&described); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return described, nil
}

func unlistedFamilies(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var unlisted struct{ Families []struct{ Family string } }
	if err := json.Unmarshal(text, &unlisted); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var names []string
	for _, f := range unlisted.Families {
		names = append(names, f.Family)
	}
	return names, nil
}
