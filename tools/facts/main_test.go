package main

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

func TestRegistriesInFindsEveryDepth(t *testing.T) {
	got := registriesIn(map[string]any{
		"training": map[string]any{"registries": map[string]any{"eu-west-1": "111111111111"}},
		"versions": map[string]any{"1.0": []any{
			map[string]any{"registries": map[string]any{"eu-west-2": "222222222222"}},
		}},
	})
	slices.SortFunc(got, func(a, b registry) int { return cmp.Compare(a.Region, b.Region) })
	want := []registry{{"eu-west-1", "111111111111"}, {"eu-west-2", "222222222222"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEveryImageListIsDecidedOnce(t *testing.T) {
	for _, name := range taken {
		if reason, ok := leftOut[name]; ok {
			t.Errorf("%s is taken and left out (%s)", name, reason)
		}
	}
}

func TestChinaServices(t *testing.T) {
	script := `getDefaultEndpointPrefix(name,region){if({"cn-north-1":["sts","lambda"],"us-iso-east-1":["sns"]}[region]?.includes(name))` +
		`getDefaultEndpointSuffix(name,region){return{"cn-north-1":["transcribe"]}[region]`
	got, err := chinaServices(script, "getDefaultEndpointPrefix(name,region){")
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]bool{"sts": true, "lambda": true}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, changed := range []string{"", "getDefaultEndpointPrefix(name,region){return 1}"} {
		if _, err := chinaServices(changed, "getDefaultEndpointPrefix(name,region){"); err == nil {
			t.Errorf("no error for script %q", changed)
		}
	}
}

func TestRender(t *testing.T) {
	f := newFile(source{"package", "p", "1.0", "2026-01-02"}, "a.json", listOf("names", []string{"a", "b"}))
	got, err := f.render()
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "source": "package p 1.0, a.json",
  "retrieved": "2026-01-02",
  "names": [
    "a",
    "b"
  ]
}
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	f.lists[0].entries = nil
	if _, err := f.render(); err == nil {
		t.Error("no error for an empty list")
	}
}

func TestTypesIn(t *testing.T) {
	var spec specification
	if err := json.Unmarshal([]byte(`{"schema": {
		"resource": {"entities": [
			{"cloudFormationType": "AWS::B::B", "isStateful": true, "primaryIdentifier": ["Name", "Id"], "properties": {
				"Name": {"type": {"type": "string"}, "causesReplacement": "yes"},
				"Tags": {"type": {"type": "string"}},
				"Tree": {"type": {"type": "array", "element": {"type": "ref", "reference": {"$ref": "1"}}}}},
				"additionalReplacementProperties": [["Tags", "Key"]]},
			{"cloudFormationType": "AWS::A::A", "properties": {"X": {"type": {"type": "union", "types": [{"type": "string"}, {"type": "ref", "reference": {"$ref": "1"}}]}}}}]},
		"typeDefinition": {"entities": [
			{"$id": "1", "properties": {
				"Leaf": {"type": {"type": "string"}, "causesReplacement": "yes"},
				"Size": {"type": {"type": "string"}, "causesReplacement": "maybe"},
				"Branch": {"type": {"type": "ref", "reference": {"$ref": "1"}}}}}]}}}`), &spec); err != nil {
		t.Fatal(err)
	}
	want := []resourceType{
		{Type: "AWS::A::A", Replace: []string{"X.Leaf"}, MayReplace: []string{"X.Size"}},
		{Type: "AWS::B::B", Name: []string{"Name"}, Replace: []string{"Name", "Tags.Key", "Tree.Leaf"}, MayReplace: []string{"Tree.Size"}, Stateful: true},
	}
	if got := typesIn(spec); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
