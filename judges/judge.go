package judges

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
)

// Judge is a program that judges templates.
type Judge interface {
	// Name that reports call it by.
	Name() string
	// Missing says why the judge cannot be asked on this machine, empty when it can.
	Missing() string
	// Identity changes whenever the judge could judge otherwise: with its program, its rules and its options.
	Identity() (string, error)
	// Judge returns what the judge says about the templates, or an error when it comes to no verdict about one of them.
	Judge(ctx context.Context, templates []Template) ([]Finding, error)
}

// All returns every judge, the slowest first. Root is the root of the repository, where the judges are installed.
func All(root string) []Judge {
	return []Judge{ControlTower(root), CFNLint(root), CDKNag(root), CloudFormation(root), SecureML(root)}
}

// Finding is what a judge says about one place of a template.
type Finding struct {
	// Judge by its name; Run fills it in.
	Judge string
	// Template by its name.
	Template string
	// Rule as the judge calls it, with the detail in brackets where one rule can find several things in one place.
	Rule string
	// Severity in the judge's own words.
	Severity string
	// LogicalID of the resource, empty for the template as a whole.
	LogicalID string
	Message   string
}

// Template is one synthesized template.
type Template struct {
	// Name tells it from the others of a run, for example comprehensive/secureml-fraud-dev.
	Name string
	// File is its absolute path.
	File string
	// Region is empty where the assembly leaves it open.
	Region string
	Text   []byte
	// Resources by logical id.
	Resources map[string]inventory.Resource
}

// ConstructPath of a resource, or its logical id where the template does not tell.
func (t Template) ConstructPath(logicalID string) string {
	if path, ok := t.Resources[logicalID].Metadata["aws:cdk:path"].(string); ok {
		return path
	}
	return logicalID
}

// Templates returns the templates of an assembly. The name begins with the label.
func Templates(label, directory string) ([]Template, error) {
	assembly, err := inventory.Read(directory)
	if err != nil {
		return nil, err
	}
	var templates []Template
	for _, s := range assembly.Stacks {
		file, err := filepath.Abs(s.TemplateFile)
		if err != nil {
			return nil, err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		templates = append(templates, Template{
			Name: label + "/" + s.ID, File: file, Region: s.Region, Text: text, Resources: s.Template.Resources,
		})
	}
	return templates, nil
}

// byFile finds templates by the path that a judge reports.
func byFile(templates []Template) map[string]Template {
	files := map[string]Template{}
	for _, t := range templates {
		files[t.File] = t
	}
	return files
}

func filesOf(templates []Template) []string {
	files := make([]string, len(templates))
	for i, t := range templates {
		files[i] = t.File
	}
	return files
}

// run runs a judge's program and returns what it prints. Exit codes other than 0 and the accepted ones are errors.
func run(command *exec.Cmd, accepted ...int) ([]byte, error) {
	out, _, err := runAside(command, accepted...)
	return out, err
}

// runAside also returns what the program says aside, on standard error.
func runAside(command *exec.Cmd, accepted ...int) (out []byte, aside string, err error) {
	var complaints strings.Builder
	command.Stderr = &complaints
	out, err = command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && slices.Contains(accepted, exit.ExitCode()) {
		err = nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w: %s", filepath.Base(command.Path), err, excerpt(complaints.String()+string(out)))
	}
	return out, complaints.String(), nil
}

// excerpt is the end of a text, where programs tell what went wrong.
func excerpt(text string) string {
	const most = 1000
	text = strings.TrimSpace(text)
	if len(text) > most {
		text = "... " + text[len(text)-most:]
	}
	return text
}

// digest is one hash over the names and contents of files, and of the files in folders, with what else matters.
func digest(paths []string, options ...string) (string, error) {
	sum := sha256.New()
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			relative, err := filepath.Rel(path, name)
			if err != nil {
				return err
			}
			file, err := os.Open(name)
			if err != nil {
				return err
			}
			defer file.Close()
			fmt.Fprintf(sum, "%s/%s\x00", filepath.Base(path), relative)
			_, err = io.Copy(sum, file)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	fmt.Fprintf(sum, "%q", options)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// missing returns why a judge cannot be asked if one of the files does not exist.
func missing(paths ...string) string {
	for _, path := range paths {
		if found, err := filepath.Glob(path); err != nil || len(found) == 0 {
			return fmt.Sprintf("%s is not there; run make judges", path)
		}
	}
	return ""
}
