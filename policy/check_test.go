package policy

import (
	"slices"
	"strings"
	"testing"
)

func TestCheckFindsMistakesThatIAMAccepts(t *testing.T) {
	deny := func(action string, conditions ...Condition) Statement {
		return Statement{Sid: "S", Effect: Deny, Actions: []string{action}, Resources: []string{"*"}, Conditions: conditions}
	}
	grant := func(action, resource string, conditions ...Condition) Statement {
		return Statement{Sid: "S", Effect: Allow, Actions: []string{action}, Resources: []string{resource}, Conditions: conditions}
	}
	when := func(operator, key string, values ...string) Condition {
		return Condition{Operator: operator, Key: key, Values: values}
	}
	for _, c := range []struct {
		name string
		in   Statement
		want string // empty: no problem
	}{
		{"good deny", deny("sagemaker:CreateTrainingJob", when("ForAnyValue:StringNotEquals", "sagemaker:VpcSubnets", "subnet-1")), ""},
		{"misspelt action", deny("sagemaker:CreateTrainingJobs"), "action sagemaker:CreateTrainingJobs does not exist"},
		{"unknown service", deny("sagemakerr:*"), "action sagemakerr:* does not exist"},
		{"retired action", deny("kms:ReEncrypt"), "action kms:ReEncrypt does not exist"},
		{"misspelt key", deny("sagemaker:CreateModel", when("Null", "sagemaker:VpcSubnet", "true")), "condition key sagemaker:VpcSubnet does not exist"},
		{"key that the action never carries", deny("sagemaker:CreateTransformJob", when("Null", "sagemaker:VpcSubnets", "true")),
			"action sagemaker:CreateTransformJob does not carry sagemaker:VpcSubnets"},
		{"pattern with an action that lacks the key", deny("sagemaker:Create*Job", when("Null", "sagemaker:VpcSubnets", "true")),
			"action sagemaker:CreateTransformJob does not carry sagemaker:VpcSubnets"},
		{"whole service, matching only with the key", deny("sagemaker:*", when("StringNotEquals", "aws:ResourceTag/Project", "a"), when("Null", "aws:ResourceTag/Project", "false")), ""},
		{"whole service, matching without the key", deny("sagemaker:*", when("StringNotEquals", "aws:ResourceTag/Project", "a")),
			"does not carry aws:ResourceTag/Project"},
		{"key with its variable part not filled in", deny("sagemaker:CreateModel", when("StringNotEquals", "aws:RequestTag/${TagKey}", "a")), "fill in its variable part"},
		{"set operator on a single value", deny("sagemaker:CreateDomain", when("ForAnyValue:StringEquals", "sagemaker:AuthMode", "IAM")),
			"sagemaker:AuthMode holds one value"},
		{"single operator on a set", deny("sagemaker:CreateModel", when("StringNotEquals", "sagemaker:VpcSubnets", "s")),
			"sagemaker:VpcSubnets holds a set of values"},
		{"operator of another type", deny("sagemaker:CreateTrainingJob", when("NumericEquals", "sagemaker:EnableRemoteDebug", "1")),
			"sagemaker:EnableRemoteDebug is of type Bool"},
		{"misspelt operator", deny("sagemaker:CreateDomain", when("StringNotEqual", "sagemaker:AuthMode", "IAM")), "operator StringNotEqual does not exist"},
		{"Null with a value of its own", deny("sagemaker:CreateDomain", when("Null", "sagemaker:AuthMode", "yes")), "Null compares with true or false"},
		{"nothing to compare with", deny("sagemaker:CreateDomain", when("StringEquals", "sagemaker:AuthMode")), "compares with nothing"},
		{"mutating grant on everything", grant("s3:PutObject", "*"), "s3:PutObject changes things and can name its resource"},
		{"mutating grant without resource or condition", grant("cloudwatch:PutMetricData", "*"), "cloudwatch:PutMetricData can name no resource and has no condition"},
		{"reading grant on everything", grant("sagemaker:ListModels", "*"), ""},
		{"pass role to anybody", grant("iam:PassRole", "arn:aws:iam::111122223333:role/a"), "iam:PassRole names no iam:PassedToService"},
		{"grant by exclusion", Statement{Sid: "S", Effect: Allow, NotActions: []string{"iam:*"}, Resources: []string{"arn:aws:s3:::b"}},
			"an allow names what it allows"},
		{"no action", Statement{Sid: "S", Effect: Deny, Resources: []string{"*"}}, "exactly one of Actions and NotActions"},
		{"no resource", Statement{Sid: "S", Effect: Deny, Actions: []string{"s3:*"}}, "names no resource"},
		{"Sid with a hyphen", Statement{Sid: "NET-01", Effect: Deny, Actions: []string{"s3:*"}, Resources: []string{"*"}}, "a Sid is letters and digits"},
		{"principal in an identity policy", Statement{Sid: "S", Effect: Deny, Principal: Principal{Any: true}, Actions: []string{"s3:*"}, Resources: []string{"*"}},
			"a principal belongs in a resource policy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			problems := Check(Document{Statements: []Statement{c.in}}, Identity)
			found := slices.ContainsFunc(problems, func(p Problem) bool { return strings.Contains(p.Message, c.want) })
			if c.want == "" && len(problems) > 0 || c.want != "" && !found {
				t.Errorf("got %v, want %q", problems, c.want)
			}
		})
	}
}

// The truth table of a missing key, from the IAM User Guide ("IAM JSON policy elements: Condition operators").
func TestMissingKey(t *testing.T) {
	for operator, isFalse := range map[string]bool{
		"StringEquals": true, "StringNotEquals": false, "StringEqualsIfExists": false, "StringNotEqualsIfExists": false,
		"Bool": true, "BoolIfExists": false, "NumericGreaterThan": true, "NumericGreaterThanIfExists": false,
		"ArnLike": true, "ArnNotLike": false, "IpAddress": true, "NotIpAddress": false,
		"ForAnyValue:StringEquals": true, "ForAnyValue:StringNotEquals": true, "ForAllValues:StringEquals": false,
		"ForAllValues:StringNotLike": false,
	} {
		if got := (Condition{Operator: operator, Key: "k", Values: []string{"v"}}).falseWhenMissing(); got != isFalse {
			t.Errorf("%s is false for a missing key: %v, want %v", operator, got, isFalse)
		}
	}
	for value, isFalse := range map[string]bool{"true": false, "false": true} {
		if got := (Condition{Operator: "Null", Key: "k", Values: []string{value}}).falseWhenMissing(); got != isFalse {
			t.Errorf("Null %s: %v, want %v", value, got, isFalse)
		}
	}
}
