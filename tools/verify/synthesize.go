package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/secureml/environments/judges"
)

// workshop is where the command builds the app and synthesizes, below the repository's root. It can be deleted.
const workshop = ".cache/verify"

// app is the CDK app, built once and run as the cdk command would.
type app struct {
	program string
	context map[string]any
	// assemblies is the folder that assemblies are written to.
	assemblies string
}

// buildApp builds the app of the repository in the working directory.
func buildApp() (app, error) {
	program, err := filepath.Abs(filepath.Join(workshop, "app"))
	if err != nil {
		return app{}, err
	}
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		return app{}, fmt.Errorf("the app does not build: %w\n%s", err, out)
	}
	text, err := os.ReadFile("cdk.json")
	if err != nil {
		return app{}, err
	}
	var settings struct{ Context map[string]any }
	if err := json.Unmarshal(text, &settings); err != nil {
		return app{}, fmt.Errorf("cdk.json: %w", err)
	}
	// What the cdk command adds to the context by default. A test compares the templates with the command's own.
	settings.Context["aws:cdk:enable-path-metadata"] = true
	settings.Context["aws:cdk:enable-asset-metadata"] = true
	return app{program, settings.Context, filepath.Join(workshop, "assemblies")}, nil
}

// synthesize writes the assembly of the configuration into the directory. The CDK's own validation is off: one of the
// judges is its original. Our Guard rules are evaluated all the same.
func (a app) synthesize(config, directory string) error {
	if err := os.RemoveAll(directory); err != nil {
		return err
	}
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return err
	}
	context := map[string]any{"config": config}
	for key, value := range a.context {
		context[key] = value
	}
	text, err := json.Marshal(context)
	if err != nil {
		return err
	}
	command := exec.Command(a.program)
	command.Env = append(os.Environ(), "CDK_VALIDATION=false", "CDK_OUTDIR="+directory, "CDK_CONTEXT_JSON="+string(text),
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=true")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s cannot be synthesized: %w\n%s", config, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// synthesis is what became of one configuration.
type synthesis struct {
	config    string
	templates []judges.Template
	err       error
}

// synthesizeAll synthesizes the configurations, as many at a time as there are processors. A template's name begins with
// its configuration's.
func (a app) synthesizeAll(configs []string) []synthesis {
	var (
		all     = make([]synthesis, len(configs))
		slots   = make(chan struct{}, runtime.NumCPU())
		working sync.WaitGroup
	)
	for i, config := range configs {
		working.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			all[i] = a.templates(config)
		})
	}
	working.Wait()
	return all
}

func (a app) templates(config string) synthesis {
	name := strings.TrimSuffix(filepath.Base(config), filepath.Ext(config))
	directory := filepath.Join(a.assemblies, name)
	s := synthesis{config: config}
	if s.err = a.synthesize(config, directory); s.err == nil {
		s.templates, s.err = judges.Templates(name, directory)
	}
	return s
}
