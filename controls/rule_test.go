package controls

import (
	"testing"

	"github.com/secureml/environments/policy"
)

// The statements of each kind of demand, written out: a change of an operator shows here.
func TestRuleStatements(t *testing.T) {
	e := example()
	for _, c := range []struct {
		name string
		rule Rule
		want string
	}{
		{
			name: "several values: foreign ones, and missing or empty",
			rule: Rule{Key: "sagemaker:VpcSubnets", Must: Must{OneOf: constant("subnet-1")}, Only: []string{"sagemaker:CreateModel", "sagemaker:CreateTrainingJob"}},
			want: `{"Action":["sagemaker:CreateModel","sagemaker:CreateTrainingJob"],"Condition":{"ForAnyValue:StringNotEquals":{"sagemaker:VpcSubnets":"subnet-1"}},"Effect":"Deny","Resource":"*","Sid":"NET01VpcSubnetsForeign"}` + "\n" +
				`{"Action":["sagemaker:CreateModel","sagemaker:CreateTrainingJob"],"Condition":{"ForAllValues:StringNotLike":{"sagemaker:VpcSubnets":"*"}},"Effect":"Deny","Resource":"*","Sid":"NET01VpcSubnetsMissing"}`,
		},
		{
			name: "one value: one statement denies foreign and missing",
			rule: Rule{Key: "sagemaker:OutputKmsKeyArn", Must: Must{OneOf: constant("arn:k")}, Only: []string{"sagemaker:CreateTransformJob"}},
			want: `{"Action":"sagemaker:CreateTransformJob","Condition":{"ArnNotEquals":{"sagemaker:OutputKmsKeyArn":"arn:k"}},"Effect":"Deny","Resource":"*","Sid":"NET01OutputKmsKeyArnRequired"}`,
		},
		{
			name: "tolerated absence: foreign only",
			rule: Rule{Key: "sagemaker:RootAccess", Must: Must{OneOf: constant("Disabled")}, Only: []string{"sagemaker:UpdateNotebookInstance"},
				Absent: map[string]Absence{"sagemaker:UpdateNotebookInstance": tolerated("unchanged")}},
			want: `{"Action":"sagemaker:UpdateNotebookInstance","Condition":{"Null":{"sagemaker:RootAccess":"false"},"StringNotEquals":{"sagemaker:RootAccess":"Disabled"}},"Effect":"Deny","Resource":"*","Sid":"NET01RootAccessForeign"}`,
		},
		{
			name: "absence refused under a condition",
			rule: Rule{Key: "sagemaker:OutputKmsKeyArn", Must: Must{OneOf: constant("arn:k")}, Only: []string{"sagemaker:CreateMonitoringSchedule"},
				Absent: map[string]Absence{"sagemaker:CreateMonitoringSchedule": inlineOnly}},
			want: `{"Action":"sagemaker:CreateMonitoringSchedule","Condition":{"ArnNotEquals":{"sagemaker:OutputKmsKeyArn":"arn:k"},"Null":{"sagemaker:OutputKmsKeyArn":"false"}},"Effect":"Deny","Resource":"*","Sid":"NET01OutputKmsKeyArnForeign"}` + "\n" +
				`{"Action":"sagemaker:CreateMonitoringSchedule","Condition":{"Null":{"sagemaker:InstanceTypes":"false","sagemaker:OutputKmsKeyArn":"true"}},"Effect":"Deny","Resource":"*","Sid":"NET01OutputKmsKeyArnMissingInline"}`,
		},
		{
			name: "must be true: absent counts as false",
			rule: Rule{Key: "sagemaker:InterContainerTrafficEncryption", Must: Must{True: true}, Only: []string{"sagemaker:CreateTrainingJob"}},
			want: `{"Action":"sagemaker:CreateTrainingJob","Condition":{"BoolIfExists":{"sagemaker:InterContainerTrafficEncryption":"false"}},"Effect":"Deny","Resource":"*","Sid":"NET01InterContainerTrafficEncryptionRequired"}`,
		},
		{
			name: "must not be true: absent passes",
			rule: Rule{Key: "sagemaker:EnableRemoteDebug", Must: Must{NotTrue: true}, Only: []string{"sagemaker:CreateTrainingJob"}},
			want: `{"Action":"sagemaker:CreateTrainingJob","Condition":{"Bool":{"sagemaker:EnableRemoteDebug":"true"}},"Effect":"Deny","Resource":"*","Sid":"NET01EnableRemoteDebugTrue"}`,
		},
		{
			name: "must not be set",
			rule: Rule{Key: "sagemaker:FileSystemId", Must: Must{Unset: true}, Only: []string{"sagemaker:CreateTrainingJob"}},
			want: `{"Action":"sagemaker:CreateTrainingJob","Condition":{"Null":{"sagemaker:FileSystemId":"false"}},"Effect":"Deny","Resource":"*","Sid":"NET01FileSystemIdSet"}`,
		},
		{
			name: "at most, service default within the limit: absent passes",
			rule: Rule{Key: "sagemaker:MaxRuntimeInSeconds", Must: Must{AtMost: func(Environment) int { return 86400 }, Default: 86400}, Only: []string{"sagemaker:CreateTrainingJob"}},
			want: `{"Action":"sagemaker:CreateTrainingJob","Condition":{"NumericGreaterThan":{"sagemaker:MaxRuntimeInSeconds":"86400"}},"Effect":"Deny","Resource":"*","Sid":"NET01MaxRuntimeInSecondsTooLarge"}`,
		},
		{
			name: "at most, service default above the limit: absent is refused",
			rule: Rule{Key: "sagemaker:MaxRuntimeInSeconds", Must: Must{AtMost: func(Environment) int { return 3600 }, Default: 86400}, Only: []string{"sagemaker:CreateTrainingJob"}},
			want: `{"Action":"sagemaker:CreateTrainingJob","Condition":{"NumericGreaterThanIfExists":{"sagemaker:MaxRuntimeInSeconds":"3600"}},"Effect":"Deny","Resource":"*","Sid":"NET01MaxRuntimeInSecondsRequired"}`,
		},
		{
			name: "does not apply",
			rule: Rule{Key: "sagemaker:FileSystemId", Must: Must{Unset: true}, Applies: func(Environment) bool { return false }},
			want: ``,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got string
			for i, s := range c.rule.Statements("NET-01", e) {
				if i > 0 {
					got += "\n"
				}
				text := policy.Document{Statements: []policy.Statement{s}}.JSON()
				got += text[len(`{"Statement":[`) : len(text)-len(`],"Version":"2012-10-17"}`)]
			}
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
