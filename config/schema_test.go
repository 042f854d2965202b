package config_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/secureml/environments/config"
)

// compiled returns the schema, which must itself be valid.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// validate returns the schema's verdict on a YAML text.
func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

func TestSchemaAcceptsTheExamples(t *testing.T) {
	schema := compiled(t)
	for name, text := range examples(t) {
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if first, _, _ := strings.Cut(text, "\n"); first != "# yaml-language-server: $schema=../config/schema.json" {
			t.Errorf("%s starts with %q: editors don't find the schema", name, first)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema := compiled(t)
	if err := validate(t, schema, base); err != nil {
		t.Fatalf("the base: %v", err)
	}
	for _, c := range []struct{ name, old, new string }{
		{"unknown field", "region: eu-west-1\n", "region: eu-west-1\nregions: []\n"},
		{"unknown field of an environment", fraudDev, fraudDev + "        cidr: 10.9.0.0/20\n"},
		{"unknown field of a setting", fraudDev, fraudDev + "          cidrs: []\n"},
		{"missing field", "organization: acme\n", ""},
		{"wrong type", "costCenter: CC-1001", "costCenter: 1001"},
		{"name", "name: churn", "name: churn-model"},
		{"region", "region: eu-west-1", "region: eu-west-9"},
		{"account id", "region: eu-west-1\n", "region: eu-west-1\naccount: \"1234\"\n"},
		{"address", "owner: churn@example.com", "owner: churn team"},
		{"two ways to sign in", saml, saml + "  accountMfa: {}\n"},
		{"no way to sign in", "access:\n" + saml, "access: {}\n"},
		{"persona", saml, replaced(identityCenter, "data-scientist", "scientist")},
		{"feature", fraudDev, fraudDev + "        features: [rstudio]\n"},
		{"instance type", churnDev, setting("compute: {training: [m5.large]}")},
		{"workbench", churnDev, setting("compute: {workbench: [ml.m5.tiny]}")},
		{"empty list", churnDev, setting("compute: {training: []}")},
		{"duration", churnDev, setting("compute: {maxRuntime: 1 day}")},
		{"empty duration", churnDev, setting(`compute: {maxRuntime: ""}`)},
		{"range", churnDev, setting("budget: {monthlyUsd: 0}")},
		{"log retention", churnDev, setting("logRetentionDays: 10")},
		{"too many entries", churnDev, setting("data: {lakeBuckets: " + listed(21, "lake-%d") + "}")},
		{"prefix list", "region: eu-west-1\n", "region: eu-west-1\ns3PrefixLists: {eu-west-1: s3}\n"},
		{"region of a prefix list", "region: eu-west-1\n", "region: eu-west-1\ns3PrefixLists: {eu-west-9: pl-6da54004}\n"},
		{"region of a certificate", "region: eu-west-1\n", "region: eu-west-1\nsharedServices: {packages: {certificateArns: {eu-west-9: x}}}\n"},
		{"classification", churnDev, setting("data: {classification: secret}")},
	} {
		if strings.Count(base, c.old) != 1 {
			t.Fatalf("%s replaces %q, which base holds %d times", c.name, c.old, strings.Count(base, c.old))
		}
		if err := validate(t, schema, strings.Replace(base, c.old, c.new, 1)); err == nil {
			t.Errorf("%s: accepted", c.name)
		}
	}
}
