package sdkdefaults_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/sdkdefaults"
)

func environment() controls.Environment {
	return controls.Environment{
		Partition: "aws", Account: "111122223333", Region: "eu-west-1", DNSSuffix: "amazonaws.com", Project: "alpha", Name: "dev",
		Subnets: []string{"subnet-0a", "subnet-0b"}, SecurityGroups: []string{"sg-0a"},
		DataKey: "arn:aws:kms:eu-west-1:111122223333:key/data", VolumeKey: "arn:aws:kms:eu-west-1:111122223333:key/volume",
		DataBucket: "arn:aws:s3:::alpha-dev-data",
		Compute:    controls.Compute{Training: []string{"ml.m5.xlarge", "ml.g5.xlarge"}, Processing: []string{"ml.m5.xlarge"}, Hosting: []string{"ml.m5.large"}},
	}
}

// The same facts give the same bytes, whatever the order of the tags, and the tags that decide about access are the environment's.
func TestRenderIsDeterministic(t *testing.T) {
	first, err := sdkdefaults.Render(environment(), map[string]string{"CostCenter": "CC-1", "Owner": "a@example.com", "Project": "other"})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := sdkdefaults.Render(environment(), map[string]string{"Project": "other", "Owner": "a@example.com", "CostCenter": "CC-1"})
		if err != nil || !bytes.Equal(first, again) {
			t.Fatalf("rendered otherwise: %v\n%s", err, again)
		}
	}
	if strings.Contains(string(first), "other") || !strings.Contains(string(first), "- Key: Project\n      Value: alpha\n") {
		t.Errorf("the tag Project is not the environment's:\n%s", first)
	}
}

// Where every approved type encrypts its storage itself, SageMaker refuses a request with a volume key.
func TestRenderLeavesVolumeKeyOut(t *testing.T) {
	const key = "ResourceConfig:\n      VolumeKmsKeyId:"
	for _, c := range []struct {
		types []string
		want  bool
	}{{[]string{"ml.g5.xlarge"}, false}, {[]string{"ml.g5.xlarge", "ml.m5.large"}, true}, {nil, true}} {
		e := environment()
		e.Compute.Training = c.types
		text, err := sdkdefaults.Render(e, nil)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), key) != c.want {
			t.Errorf("%v: a volume key in the file: %v, want %v", c.types, !c.want, c.want)
		}
	}
}

// What the SDK would refuse, or what would leave a guardrail to the caller, is refused before anybody deploys it.
func TestRenderRefuses(t *testing.T) {
	for want, spoil := range map[string]func(*controls.Environment){
		"the environment has no data key, no subnets": func(e *controls.Environment) { e.DataKey, e.Subnets = "", nil },
		"/SageMaker/TrainingJob/VpcConfig/Subnets":    func(e *controls.Environment) { e.Subnets = slices.Repeat([]string{"subnet-0a"}, 17) },
		"RoleArn": func(e *controls.Environment) { e.Account = "1" },
	} {
		e := environment()
		spoil(&e)
		_, err := sdkdefaults.Render(e, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
