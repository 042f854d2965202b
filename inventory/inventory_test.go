package inventory

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const manifest = `{"artifacts": {
  "secureml-a-dev": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1", "properties": {"templateFile": "a.template.json"}},
  "secureml-b-dev": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "b.template.json", "stackName": "b"}},
  "assets": {"type": "cdk:asset-manifest"}
}}`

const template = `{
  "Parameters": {"Shared": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/secureml/shared/x"}},
  "Resources": {
    "Key": {"Type": "AWS::KMS::Key", "DeletionPolicy": "Retain"},
    "Vpc": {"Type": "AWS::EC2::VPC"},
    "Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": "p", "Path": "/x/",
      "PolicyDocument": {"Statement": [{"Sid": "ENC01VolumeKmsKeyArnRequired"}, {"Sid": "PassJobRoles", "Effect": "Allow"}]}}},
    "Domain": {"Type": "AWS::CodeArtifact::Domain", "Properties": {"DomainName": "acme"}},
    "Packages": {"Type": "AWS::CodeArtifact::Repository",
      "Properties": {"RepositoryName": "python", "DomainName": {"Fn::GetAtt": ["Domain", "Name"]}}}
  }
}`

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	directory := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return directory
}

func TestRead(t *testing.T) {
	a, err := Read(write(t, map[string]string{"manifest.json": manifest, "a.template.json": template, "b.template.json": template}))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Stacks) != 2 || a.ResourceCount() != 10 {
		t.Fatalf("%d stacks with %d resources", len(a.Stacks), a.ResourceCount())
	}
	first, second := a.Stacks[0], a.Stacks[1]
	if first.Name != "secureml-a-dev" || first.Account != "111122223333" || first.Region != "eu-west-1" {
		t.Errorf("%+v", first)
	}
	if second.Name != "b" || second.Account != "" || second.Region != "" {
		t.Errorf("%+v", second)
	}
	if first.Template.Resources["Key"].DeletionPolicy != "Retain" {
		t.Error("the deletion policy is lost")
	}
	found := strings.Join(a.Controls(), " ")
	if !strings.Contains(found, "ENC-01") || !strings.Contains(found, "ISO-11") || strings.Contains(found, "NET-01") {
		t.Errorf("controls %s", found)
	}
	var summary strings.Builder
	if err := a.WriteSummary(&summary); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"secureml-b-dev  (deployer's)", "2 stacks, 10 resources, ", a.Directory} {
		if !strings.Contains(summary.String(), want) {
			t.Errorf("the summary lacks %q:\n%s", want, summary.String())
		}
	}
}

func TestReadRefusesWhatIsNoAssembly(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"is not a cloud assembly": {},
		"b.template.json":         {"manifest.json": manifest, "a.template.json": template},
		"a.template.json":         {"manifest.json": manifest, "a.template.json": "{", "b.template.json": "{"},
	} {
		if _, err := Read(write(t, files)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestResolve(t *testing.T) {
	a, err := Read(write(t, map[string]string{"manifest.json": manifest, "a.template.json": template, "b.template.json": template}))
	if err != nil {
		t.Fatal(err)
	}
	open := NewResolver(a.Stacks[1], "444455556666", "cn-north-1")
	fixed := NewResolver(a.Stacks[0], "444455556666", "cn-north-1")
	join := func(separator string, parts ...any) map[string]any {
		return map[string]any{"Fn::Join": []any{separator, parts}}
	}
	ref := func(name string) map[string]any { return map[string]any{"Ref": name} }
	for _, c := range []struct {
		name     string
		resolver Resolver
		in, want any
	}{
		{"plain values stay", fixed, []any{"a", 1.0, true, nil}, []any{"a", 1.0, true, nil}},
		{"account of the stack", fixed, ref("AWS::AccountId"), "111122223333"},
		{"account where the stack leaves it open", open, ref("AWS::AccountId"), "444455556666"},
		{"partition", open, join(":", "arn", ref("AWS::Partition"), ref("AWS::URLSuffix")), "arn:aws-cn:amazonaws.com.cn"},
		{"parameter", fixed, ref("Shared"), "/secureml/shared/x"},
		{"managed policy", fixed, ref("Policy"), "arn:aws:iam::111122223333:policy/x/p"},
		{"package domain", fixed, ref("Domain"), "arn:aws:codeartifact:eu-west-1:111122223333:domain/acme"},
		{"package repository", fixed, map[string]any{"Fn::GetAtt": []any{"Packages", "Arn"}}, "arn:aws:codeartifact:eu-west-1:111122223333:repository/acme/python"},
		{"select of split", fixed, map[string]any{"Fn::Select": []any{1.0, map[string]any{"Fn::Split": []any{":", "a:b"}}}}, "b"},
		{"select of zones", fixed, map[string]any{"Fn::Select": []any{"0", map[string]any{"Fn::GetAZs": ""}}}, "eu-west-1a"},
	} {
		got, err := c.resolver.Resolve(c.in)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	key, err := fixed.Resolve(map[string]any{"Fn::GetAtt": []any{"Key", "Arn"}})
	if err != nil || !strings.HasPrefix(key.(string), "arn:aws:kms:eu-west-1:111122223333:key/") || len(key.(string)) != len("arn:aws:kms:eu-west-1:111122223333:key/")+36 {
		t.Errorf("key: %v, %v", key, err)
	}
	if other, _ := open.Resolve(ref("Vpc")); other == nil || other == mustResolve(t, fixed, ref("Vpc")) {
		t.Error("two stacks have the same VPC")
	}
	for _, unknown := range []any{ref("Nothing"), map[string]any{"Fn::GetAtt": []any{"Nothing", "Arn"}}, map[string]any{"Fn::Unknown": []any{"a", "b"}}} {
		if got, err := fixed.Resolve(unknown); err == nil {
			t.Errorf("%v is resolved to %v", unknown, got)
		}
	}
}

func mustResolve(t *testing.T, r Resolver, v any) any {
	t.Helper()
	resolved, err := r.Resolve(v)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}
