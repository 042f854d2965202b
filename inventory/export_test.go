package inventory

import (
	"strings"
	"testing"
)

const exported = `{"TemplateBody": {"Resources": {
  "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": []}}},
  "Bucket": {"Type": "AWS::S3::Bucket"},
  "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Statement": []}}},
  "Topic": {"Type": "AWS::SNS::Topic"},
  "TopicPolicy": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": {"Statement": []}}}
}}, "StagesAvailable": ["Processed"]}`

const described = `{"StackResources": [
  {"StackId": "arn:aws:cloudformation:eu-central-1:444455556666:stack/deployed/x", "LogicalResourceId": "Key", "PhysicalResourceId": "11111111-2222-3333-4444-555555555555"},
  {"StackId": "arn:aws:cloudformation:eu-central-1:444455556666:stack/deployed/x", "LogicalResourceId": "Bucket", "PhysicalResourceId": "deployed-bucket-1x2y"},
  {"StackId": "arn:aws:cloudformation:eu-central-1:444455556666:stack/deployed/x", "LogicalResourceId": "Topic", "PhysicalResourceId": "arn:aws:sns:eu-central-1:444455556666:deployed-topic"}
]}`

// The ids of a deployed stack are those that AWS has chosen, so that decisions about it are about the real things.
func TestReadExport(t *testing.T) {
	directory := write(t, map[string]string{"deployed.template.json": exported, "deployed.resources.json": described})
	a, err := Read(directory)
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewView(a.Stacks[0], "111122223333", "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	var guarded []string
	for _, g := range v.Guarded {
		guarded = append(guarded, g.ARN)
	}
	want := "arn:aws:kms:eu-central-1:444455556666:key/11111111-2222-3333-4444-555555555555 arn:aws:s3:::deployed-bucket-1x2y " +
		"arn:aws:sns:eu-central-1:444455556666:deployed-topic"
	if got := strings.Join(guarded, " "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}

	alone, err := Read(write(t, map[string]string{"deployed.template.json": exported}))
	if err != nil || alone.Stacks[0].Account != "" || alone.Stacks[0].Name != "deployed" {
		t.Errorf("without resources: %+v, %v", alone, err)
	}
}

func TestReadExportSaysWhatIsWrong(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"is not a cloud assembly":         {"notes.txt": ""},
		"aws cloudformation get-template": {"a.template.json": `{"Resources": {}}`},
		"describe-stack-resources":        {"a.template.json": exported, "a.resources.json": `{}`},
	} {
		if _, err := Read(write(t, files)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
