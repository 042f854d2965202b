package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/secureml/environments/config"
)

// FuzzParse feeds arbitrary files: there must be either a complete organisation that can be written and read again, or
// an *Error whose problems each stand on one line and name a position.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		base, "", "~", "a: 1\na: 2\n", "access: *a\n", "access: &a {saml: *a}\n", "? a\n: b\n", "a: !!set {x}\n", "%YAML 1.2\n---\n",
		"organization: |\n  acme\n", "projects: [{}, [], ~, 1]\n", "defaults: {compute: {maxRuntime: 24}}\n",
		"\"\\u0000\": 1\n", "- - -\n", "<<: {a: b}\n",
		replaced(base, saml, identityCenter), replaced(base, "projects:\n", index+"projects:\n"),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		organization, err := config.Parse("fuzz.yaml", file)
		if err == nil {
			text, err := yaml.Marshal(organization)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := config.Parse("again.yaml", text); err != nil {
				t.Fatalf("%v\nin\n%s", err, text)
			}
			return
		}
		var problems *config.Error
		if organization != nil || !errors.As(err, &problems) || len(problems.Problems) == 0 {
			t.Fatalf("%v, %T", organization, err)
		}
		for _, p := range problems.Problems {
			if p.Line < 1 || p.Column < 1 || p.Message == "" || strings.ContainsAny(p.String(), "\n\r\x00\x1b") {
				t.Errorf("%+q", p)
			}
		}
	})
}
