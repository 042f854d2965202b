package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const endpointScript = "package/aws-ec2/lib/vpc-endpoint.js"

// The script is minified: static members such as
// SAGEMAKER_NOTEBOOK=new InterfaceVpcEndpointAwsService("notebook","aws.sagemaker")
// and tables such as {"cn-north-1":["ecr.api","sts"]}.
var (
	endpointMember = regexp.MustCompile(`=new InterfaceVpcEndpointAwsService\("([^"]+)"(?:,"([^"]*)")?([^)]*)\)`)
	chinaTable     = regexp.MustCompile(`"cn-[a-z0-9-]+":\[([^\]]*)\]`)
	quoted         = regexp.MustCompile(`"([^"]+)"`)
)

// fewestEndpoints is well under the number of services in the pinned version:
// fewer mean that the script no longer has the shape that the patterns expect.
const fewestEndpoints = 300

type endpoint struct {
	Service string `json:"service"`
	Name    string `json:"name"`
	China   string `json:"china,omitempty"`
}

func endpointServices(cdkDir string) (file, error) {
	script, err := cdkScript(cdkDir)
	if err != nil {
		return file{}, err
	}
	prefixed, err := chinaServices(script, "getDefaultEndpointPrefix(name,region){")
	if err != nil {
		return file{}, err
	}
	suffixed, err := chinaServices(script, "getDefaultEndpointSuffix(name,region){")
	if err != nil {
		return file{}, err
	}
	found := map[string]endpoint{}
	for _, m := range endpointMember.FindAllStringSubmatch(script, -1) {
		service, prefix, rest := m[1], m[2], m[3]
		place := "{region}."
		if strings.Contains(rest, "global:!0") {
			place = ""
		}
		e := endpoint{Service: service, Name: prefix + "." + place + service}
		if prefix == "" {
			e.Name = "com.amazonaws." + place + service
			china := e.Name
			if prefixed[service] {
				china = "cn." + china
			}
			if suffixed[service] {
				china += ".cn"
			}
			if china != e.Name {
				e.China = china
			}
		}
		if before, ok := found[service]; ok && before != e {
			return file{}, fmt.Errorf("%s: %s has two names", endpointScript, service)
		}
		found[service] = e
	}
	if len(found) < fewestEndpoints {
		return file{}, fmt.Errorf("%s: %d services, want at least %d", endpointScript, len(found), fewestEndpoints)
	}
	var entries []endpoint
	for _, service := range slices.Sorted(maps.Keys(found)) {
		entries = append(entries, found[service])
	}
	return newFile(cdkSource, "aws-cdk-lib aws-ec2/lib/vpc-endpoint.js", listOf("services", entries)), nil
}

// chinaServices returns the services that a method's table names for either
// region in China. Where only one of them is listed, the other doesn't have
// the service at all.
func chinaServices(script, method string) (map[string]bool, error) {
	_, after, ok := strings.Cut(script, method)
	if !ok {
		return nil, fmt.Errorf("%s: no %s", endpointScript, method)
	}
	table, _, _ := strings.Cut(after, "}[region]")
	services := map[string]bool{}
	for _, t := range chinaTable.FindAllStringSubmatch(table, -1) {
		for _, s := range quoted.FindAllStringSubmatch(t[1], -1) {
			services[s[1]] = true
		}
	}
	if len(services) == 0 {
		return nil, fmt.Errorf("%s: %s has no table for China", endpointScript, method)
	}
	return services, nil
}

// cdkScript takes one script out of the JavaScript library that the Go module
// carries as a tarball.
func cdkScript(cdkDir string) (string, error) {
	found, err := filepath.Glob(filepath.Join(cdkDir, "jsii", "aws-cdk-lib-*.tgz"))
	if err != nil {
		return "", err
	}
	if len(found) != 1 {
		return "", fmt.Errorf("%s: %d libraries, want 1", cdkDir, len(found))
	}
	packed, err := os.Open(found[0])
	if err != nil {
		return "", err
	}
	defer packed.Close()
	plain, err := gzip.NewReader(packed)
	if err != nil {
		return "", err
	}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return "", fmt.Errorf("%s: no %s", found[0], endpointScript)
		}
		if err != nil {
			return "", err
		}
		if header.Name == endpointScript {
			text, err := io.ReadAll(archive)
			return string(text), err
		}
	}
}
