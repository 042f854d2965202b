package config_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/config"
)

// examples are the configurations that people start from.
func examples(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(files) != 3 {
		t.Fatalf("found the examples %v, %v", files, err)
	}
	texts := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[strings.TrimSuffix(filepath.Base(file), ".yaml")] = string(text)
	}
	return texts
}

// A complete organisation survives being written and read, with every "none" and every 0s in it.
func TestRoundTrip(t *testing.T) {
	files := examples(t)
	files["nothing where something is inherited"] = layered(
		"features: [mlflow], compute: {warmPool: 30m}, network: {allowedDomains: [a.example.com]}, data: {lakeBuckets: [lake]}", "",
		", allowedDomains: []}\n        features: []\n        compute: {warmPool: 0s}\n        data: {lakeBuckets: []}")
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			organization := parse(t, file)
			text, err := yaml.Marshal(organization)
			if err != nil {
				t.Fatal(err)
			}
			again, err := config.Parse("again.yaml", text)
			if err != nil {
				t.Fatalf("%v\nin\n%s", err, text)
			}
			again.Defaults, organization.Defaults = config.Settings{}, config.Settings{}
			for i := range organization.Projects {
				again.Projects[i].Defaults, organization.Projects[i].Defaults = config.Settings{}, config.Settings{}
			}
			if diff := cmp.Diff(organization, again); diff != "" {
				t.Errorf("(-first +again):\n%s", diff)
			}
		})
	}
}

func TestJSONRoundTrip(t *testing.T) {
	for name, file := range examples(t) {
		organization := parse(t, file)
		text, err := json.Marshal(organization)
		if err != nil {
			t.Fatal(err)
		}
		again := &config.Organization{}
		if err := json.Unmarshal(text, again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(organization, again); diff != "" {
			t.Errorf("%s (-first +again):\n%s", name, diff)
		}
	}
}

func TestComprehensiveExample(t *testing.T) {
	organization := parse(t, examples(t)["comprehensive"])
	var names []string
	for _, project := range organization.Projects {
		for _, environment := range project.Environments {
			names = append(names, project.Name+"/"+environment.Name)
		}
	}
	if diff := cmp.Diff([]string{"fraud/dev", "fraud/prod", "churn/dev"}, names); diff != "" {
		t.Errorf("environments (-want +got):\n%s", diff)
	}
}
