package main

import (
	"archive/zip"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// source is one pinned version of something public. Retrieved is the day on
// which that version was looked at, and goes into each file made from it.
type source struct{ kind, name, version, retrieved string }

func (s source) String() string { return s.kind + " " + s.name + " " + s.version }

// The newest versions on the day of retrieval; sagemaker is the newest 2.x,
// because 3.x no longer carries the image lists in this form.
var (
	botocoreSource  = source{"Python package", "botocore", "1.44.5", "2026-11-23"}
	sagemakerSource = source{"Python package", "sagemaker", "2.257.7", "2026-11-23"}
	motoSource      = source{"Python package", "moto", "5.2.5", "2026-11-23"}
	sdkSource       = source{"Go module", "github.com/aws/aws-sdk-go-v2/service/sagemaker", "v1.288.1", "2026-11-23"}
	// The same version as in the root go.mod, so that a name here is one that
	// the constructs know too.
	cdkSource = source{"Go module", "github.com/aws/aws-cdk-go/awscdk/v2", "v2.270.0", "2026-11-23"}
	// CloudFormation's resource schemas, corrected and completed by the CDK's
	// maintainers from the documentation; the schemas alone know no conditional
	// replacement.
	serviceSpecSource = source{"npm package", "@aws-cdk/aws-service-spec", "0.1.216", "2026-11-23"}
)

type sources struct {
	botocore, sagemaker, moto *zip.ReadCloser
	sdkDir, cdkDir            string
	serviceSpecDir            string
}

func (s sources) close() {
	for _, wheel := range []*zip.ReadCloser{s.botocore, s.sagemaker, s.moto} {
		if wheel != nil {
			wheel.Close()
		}
	}
}

func fetch(scratch string) (s sources, err error) {
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.botocore, err = wheel(scratch, botocoreSource); err != nil {
		return s, err
	}
	if s.sagemaker, err = wheel(scratch, sagemakerSource); err != nil {
		return s, err
	}
	if s.moto, err = wheel(scratch, motoSource); err != nil {
		return s, err
	}
	if s.sdkDir, err = module(scratch, sdkSource); err != nil {
		return s, err
	}
	if s.cdkDir, err = module(scratch, cdkSource); err != nil {
		return s, err
	}
	s.serviceSpecDir, err = npmPackage(scratch, serviceSpecSource)
	return s, err
}

// wheel downloads one Python package and opens it as the zip file it is.
func wheel(scratch string, s source) (*zip.ReadCloser, error) {
	dir := filepath.Join(scratch, s.name)
	cmd := exec.Command("python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
		"--no-deps", "--only-binary", ":all:", "--dest", dir, s.name+"=="+s.version)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("download %s: %w\n%s", s, err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.whl"))
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("download %s: %d wheels, want 1", s, len(found))
	}
	return zip.OpenReader(found[0])
}

// module downloads one Go module into the module cache and returns its folder.
func module(scratch string, s source) (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", s.name+"@"+s.version)
	// Outside any module, so that no go.mod or workspace takes part.
	cmd.Dir = scratch
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("download %s: %w\n%s", s, err, out)
	}
	var result struct{ Dir string }
	if err := json.Unmarshal(out, &result); err != nil {
		return "", fmt.Errorf("download %s: %w", s, err)
	}
	return result.Dir, nil
}

// readFrom returns one file of a wheel.
func readFrom(wheel *zip.ReadCloser, name string) ([]byte, error) {
	f, err := wheel.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// npmPackage downloads one npm package, without installing it, and returns the
// folder of its files.
func npmPackage(scratch string, s source) (string, error) {
	dir := filepath.Join(scratch, "npm", filepath.Base(s.name))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	pack := exec.Command("npm", "pack", "--silent", "--pack-destination", dir, s.name+"@"+s.version)
	pack.Dir = dir
	if out, err := pack.CombinedOutput(); err != nil {
		return "", fmt.Errorf("download %s: %w\n%s", s, err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil {
		return "", err
	}
	if len(found) != 1 {
		return "", fmt.Errorf("download %s: %d archives, want 1", s, len(found))
	}
	unpack := exec.Command("tar", "-xzf", found[0], "-C", dir)
	if out, err := unpack.CombinedOutput(); err != nil {
		return "", fmt.Errorf("unpack %s: %w\n%s", s, err, out)
	}
	return filepath.Join(dir, "package"), nil
}

func readGzip(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(text)
}
