package authorization

import (
	"slices"
	"testing"
)

// The numbers are those of the reference itself; a refresh that loses a part of it shows here.
func TestSnapshot(t *testing.T) {
	if a := About(); a.Source == "" || a.Version == "" || a.Date == "" || a.Licence != "MIT" {
		t.Errorf("the snapshot does not say where it comes from: %+v", a)
	}
	if n := len(Actions("sagemaker")); n < 449 {
		t.Errorf("%d SageMaker actions; there were 449 in September 2026", n)
	}
	for _, s := range Services() {
		if len(Actions(s)) == 0 {
			t.Errorf("service %s has no action", s)
		}
	}
}

func TestCarries(t *testing.T) {
	for _, c := range []struct {
		action, key string
		want        bool
	}{
		{"sagemaker:CreateTrainingJob", "sagemaker:VpcSubnets", true},
		{"sagemaker:createtrainingjob", "SAGEMAKER:VPCSUBNETS", true},
		{"sagemaker:CreateTransformJob", "sagemaker:VpcSubnets", false},
		{"sagemaker:CreateTrainingJob", "aws:RequestTag/Project", true},
		{"sagemaker:StopTrainingJob", "aws:RequestTag/Project", false},
		{"sagemaker:StopTrainingJob", "aws:ResourceTag/Project", true}, // a key of the resource type
		{"sagemaker:ListModels", "aws:ResourceTag/Project", false},
		{"sagemaker:ListModels", "aws:SourceVpc", true}, // a global key
		{"sagemaker:Search", "sagemaker:SearchVisibilityCondition/Tags.Project", true},
		{"kms:Decrypt", "kms:EncryptionContext:aws:logs:arn", true},
		{"sts:AssumeRole", "kms:ViaService", false},
	} {
		a, ok := LookupAction(c.action)
		if !ok {
			t.Errorf("%s not found", c.action)
		} else if got := a.Carries(c.key); got != c.want {
			t.Errorf("%s carries %s: %v", c.action, c.key, got)
		}
	}
}

func TestLookupKey(t *testing.T) {
	for name, want := range map[string]Key{
		"sagemaker:VpcSubnets":                      {"sagemaker:VpcSubnets", String, true},
		"sagemaker:VolumeKmsKeyArn":                 {"sagemaker:VolumeKmsKeyArn", ARN, false},
		"sagemaker:InterContainerTrafficEncryption": {"sagemaker:InterContainerTrafficEncryption", Bool, false},
		"aws:SourceIp":                              {"aws:SourceIp", IP, false},
		"aws:TagKeys":                               {"aws:TagKeys", String, true},
	} {
		if got, ok := LookupKey(name); !ok || got != want {
			t.Errorf("%s: got %+v, %v", name, got, ok)
		}
	}
	if _, ok := LookupKey("sagemaker:VpcSubnet"); ok {
		t.Error("a key that does not exist is found")
	}
}

func TestExpand(t *testing.T) {
	names := func(actions []Action) (out []string) {
		for _, a := range actions {
			out = append(out, a.Name)
		}
		return out
	}
	if got := names(Expand("sagemaker:CreateAutoMLJob*")); !slices.Equal(got, []string{"sagemaker:CreateAutoMLJob", "sagemaker:CreateAutoMLJobV2"}) {
		t.Errorf("got %v", got)
	}
	for _, unknown := range []string{"sagemaker:CreateNothing", "nothing:*", "sagemaker", ""} {
		if got := Expand(unknown); got != nil {
			t.Errorf("%q means %v", unknown, names(got))
		}
	}
}

func TestMutates(t *testing.T) {
	for name, want := range map[string]bool{
		"sagemaker:CreateModel": true, "sagemaker:AddTags": true, "iam:PassRole": true,
		"sagemaker:DescribeModel": false, "sagemaker:ListModels": false,
	} {
		if a, _ := LookupAction(name); a.Mutates() != want {
			t.Errorf("%s changes things: %v", name, !want)
		}
	}
}
