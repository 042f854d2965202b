package lifecycle

import (
	"fmt"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/sdkdefaults"
)

// The script's defaults are filled in at start from parameters, those of package sdkdefaults from facts; sdkdefaults is
// proved with the real SDK. Whatever the script sets must be what is proved.
func TestDefaultsAreThoseThatAreProved(t *testing.T) {
	facts := controls.Environment{
		Partition: "aws", Account: "111122223333", Region: "eu-west-1", DNSSuffix: "amazonaws.com", Project: "fraud", Name: "dev",
		VPC: "vpc-1", Subnets: []string{"subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"}, SecurityGroups: []string{"sg-0aaaaaaaaaaaaaaaa"},
		DataKey:    "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000001",
		VolumeKey:  "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000002",
		DataBucket: "arn:aws:s3:::fraud-dev-data", ModelBucket: "arn:aws:s3:::fraud-dev-model",
		Compute: controls.Compute{
			Training: []string{"ml.m5.xlarge"}, Processing: []string{"ml.m5.xlarge"}, Hosting: []string{"ml.m5.large"}, MaxRuntimeSeconds: 86400,
		},
	}
	tags := map[string]string{"Project": "fraud", "Environment": "dev"}
	proved, err := sdkdefaults.Render(facts, tags)
	if err != nil {
		t.Fatal(err)
	}
	written, err := Environment{Tags: tags}.sdkDefaults()
	if err != nil {
		t.Fatal(err)
	}
	written = strings.NewReplacer(
		"{data-bucket}", "fraud-dev-data", "{job-role-arn}", facts.RoleARN(controls.Job), "{hosting-role-arn}", facts.RoleARN(controls.Hosting),
		"{pipeline-role-arn}", facts.RoleARN(controls.Pipeline), "{data-key-arn}", facts.DataKey, "{volume-key-arn}", facts.VolumeKey,
		"{security-group-id}", facts.SecurityGroups[0], "{subnet-ids}", strings.Join(facts.Subnets, ","),
	).Replace(written)
	want, got := leaves(t, proved), leaves(t, []byte(written))
	if len(got) < 30 {
		t.Fatalf("only %d values are set", len(got))
	}
	for path, value := range got {
		if want[path] != value {
			t.Errorf("%s is %q, proved is %q", path, value, want[path])
		}
	}
}

// leaves are the values of a YAML text by their paths.
func leaves(t *testing.T, text []byte) map[string]string {
	t.Helper()
	var document any
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for key, inner := range v {
				walk(path+"."+key, inner)
			}
		case []any:
			for i, inner := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), inner)
			}
		default:
			found[path] = fmt.Sprint(v)
		}
	}
	walk("", document)
	return found
}
