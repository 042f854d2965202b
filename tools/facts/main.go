// Command facts refreshes the generated data files of package facts.
//
// Run it from the repository root:
//
//	go run -C tools/facts .
//
// It needs the go command, python3 with pip, npm and tar, and a package index,
// an npm registry and a module proxy to download from; nothing is installed. Each source is pinned to one
// version in sources.go, so that the same sources give the same bytes. To
// refresh a fact, raise the version there, set its date, run the tool and read
// the diff: every data file holds one entry per line, sorted.
//
// It writes
//
//	endpoint-services.json  interface endpoint service names (aws-cdk-lib)
//	image-registries.json   accounts that own SageMaker images (sagemaker)
//	instance-types.json     instance types per use (AWS SDK for Go v2)
//	jumpstart-buckets.json  JumpStart content buckets (sagemaker)
//	local-storage.json      families with local NVMe storage (moto)
//	log-retention.json      CloudWatch Logs retention periods (botocore)
//	regions.json            regions with SageMaker, and partitions (botocore)
//	resource-types.json     what replaces a resource (aws-service-spec)
//
// and leaves the hand-kept files alone:
//
//	availability-zones.json, codeartifact-buckets.json, local-storage-unlisted.json,
//	resource-types-missing.json
//
// It stops, with nothing written, when a source no longer has the shape that it
// knows or brings something that asks for a decision: an image list that is
// neither taken nor left out (images.go), an instance family that neither EC2's
// table nor local-storage-unlisted.json describes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	data := flag.String("data", filepath.Join("..", "..", "facts", "data"), "folder of the data files")
	flag.Parse()
	if err := run(*data); err != nil {
		fmt.Fprintln(os.Stderr, "facts:", err)
		os.Exit(1)
	}
}

func run(data string) error {
	scratch, err := os.MkdirTemp("", "facts-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)

	src, err := fetch(scratch)
	if err != nil {
		return err
	}
	defer src.close()

	regions, regionFile, err := sageMakerRegions(src.botocore)
	if err != nil {
		return err
	}
	types, typeFile, err := instanceTypes(src.sdkDir)
	if err != nil {
		return err
	}
	files := map[string]file{"regions.json": regionFile, "instance-types.json": typeFile}
	for name, build := range map[string]func() (file, error){
		"endpoint-services.json": func() (file, error) { return endpointServices(src.cdkDir) },
		"image-registries.json":  func() (file, error) { return imageRegistries(src.sagemaker, regions) },
		"jumpstart-buckets.json": func() (file, error) { return jumpStartBuckets(src.sagemaker, regions) },
		"local-storage.json": func() (file, error) {
			return localStorage(src.moto, types, filepath.Join(data, "local-storage-unlisted.json"))
		},
		"log-retention.json":  func() (file, error) { return logRetention(src.botocore) },
		"resource-types.json": func() (file, error) { return resourceTypes(src.serviceSpecDir) },
	} {
		if files[name], err = build(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return writeAll(data, files)
}

// writeAll renders every file before it writes the first one, so that a failure
// leaves the data as it was.
func writeAll(data string, files map[string]file) error {
	texts := map[string][]byte{}
	for name, f := range files {
		text, err := f.render()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		texts[name] = text
	}
	for name, text := range texts {
		if err := os.WriteFile(filepath.Join(data, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
