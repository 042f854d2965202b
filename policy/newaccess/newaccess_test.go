package newaccess_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/policy/newaccess"
)

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func document(t *testing.T, statements string) newaccess.Policy {
	t.Helper()
	return parse(t, decode(t, `{"Statement": [`+statements+`]}`))
}

const (
	readBucket = `{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}`
	denyPlain  = `{"Sid": "Plain", "Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"test:tls": "false"}}}`
	rootMay    = `{"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:Decrypt", "Resource": "*"}`
)

// pairs of policies, with the access that is new; each kind of change has its near miss.
var pairs = []struct {
	name, before, after string
	// want is in the only access that is found; empty when none is.
	want     string
	unproven bool
}{
	{"nothing changes", readBucket, readBucket, "", false},
	{"an action is added to an allow", readBucket, replaced(readBucket, `"s3:GetObject"`, `["s3:GetObject", "s3:PutObject"]`), "s3:PutObject on", false},
	{"an action leaves an allow", replaced(readBucket, `"s3:GetObject"`, `["s3:GetObject", "s3:PutObject"]`), readBucket, "", false},
	{"a pattern becomes the action that it meant", replaced(readBucket, "GetObject", "Get*"), readBucket, "", false},
	{"an action becomes a pattern", readBucket, replaced(readBucket, "GetObject", "Get*"), "s3:GetAccelerateConfiguration", false},
	{"the case of an action", readBucket, replaced(readBucket, "s3:GetObject", "S3:getobject"), "", false},
	{"a service that the reference does not know", readBucket, readBucket + `,{"Effect": "Allow", "Action": "unheard:Of", "Resource": "*"}`, "unheard:of", false},
	{"a resource is narrowed by a pattern", readBucket, replaced(readBucket, "b/*", "b/train/*"), "", false},
	{"a resource is widened", readBucket, replaced(readBucket, "b/*", "b*"), `on "arn:aws:s3:::b"`, false},
	{"two resources cover one pattern together", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["b?*", "b"]}`,
		`{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "b*"}`, "", false},
	{"a condition is added to an allow", readBucket, replaced(readBucket, `"Resource"`, `"Condition": {"StringEquals": {"test:k": "v"}}, "Resource"`), "", false},
	{"a condition leaves an allow", replaced(readBucket, `"Resource"`, `"Condition": {"StringEquals": {"test:k": "v"}}, "Resource"`), readBucket, "test:k is missing", false},
	{"a deny goes", readBucket + "," + denyPlain, readBucket, `when test:tls is false`, false},
	{"a deny comes", readBucket, readBucket + "," + denyPlain, "", false},
	{"an action is added to a deny", replaced(denyPlain, "s3:*", "s3:GetObject"), denyPlain, "", false},
	{"an action leaves a deny", denyPlain, replaced(denyPlain, "s3:*", "s3:GetObject"), "s3:AbortMultipartUpload", false},
	{"a deny gets a condition", denyPlain, replaced(denyPlain, `"test:tls": "false"`, `"test:tls": "false", "test:k": "true"`), "test:k is missing", false},
	{"if exists is dropped from a negated deny", `{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"test:k": "v"}}}`,
		`{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"test:k": "v"}}}`, "", false},
	{"a deny of a missing key becomes one of a missing or empty key", `{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Null": {"test:k": "true"}}}`,
		`{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotLikeIfExists": {"test:k": "?*"}}}`, "", false},
	{"a value is added to the exceptions of a deny", `{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"test:k": ["v"]}}}`,
		`{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"test:k": ["v", "w"]}}}`, `test:k is "w"`, false},
	{"an ARN pattern does not cross colons", `{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ArnLike": {"test:k": "arn:*:role/x"}}}`,
		`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ArnLike": {"test:k": "arn:aws:iam::1:role/x"}}}`, `test:k is`, false},
	{"an ARN pattern is narrowed", `{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ArnLike": {"test:k": "arn:aws:iam::1:role/*"}}}`,
		`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ArnLike": {"test:k": "arn:aws:iam::1:role/x/*"}}}`, "", false},
	{"the case of a value, where it does not matter", `{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEqualsIgnoreCase": {"test:k": "v"}}}`,
		`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"test:k": "V"}}}`, "", false},
	{"a named role where the account only delegated", rootMay, replaced(rootMay, ":root", ":role/r"), `by "AWS:111122223333:arn:aws:iam::111122223333:role/r"`, false},
	{"an account as its number", rootMay, replaced(rootMay, "arn:aws:iam::111122223333:root", "111122223333"), "", false},
	{"a foreign account", rootMay, replaced(rootMay, `"arn:aws:iam::111122223333:root"`, `["arn:aws:iam::111122223333:root", "666666666666"]`),
		`by "AWS:666666666666:root"`, false},
	{"a deny of the account covers its roles", replaced(replaced(rootMay, ":root", ":role/r"), "Allow", "Deny"), replaced(rootMay, "Allow", "Deny"), "", false},
	{"everybody", rootMay, replaced(rootMay, `{"AWS": "arn:aws:iam::111122223333:root"}`, `"*"`), "kms:Decrypt", false},
	{"a deny of all values, or none, needs the key", `{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"ForAllValues:StringNotLike": {"test:k": "*"}}}`,
		`{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"ForAllValues:StringNotLike": {"test:k": "*"}, "Null": {"test:k": "false"}}}`, "test:k is missing", false},
	{"all values instead of any", `{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"test:k": ["a", "b"]}}}`,
		`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"test:k": "a"}}}`, `test:k has "`, false},
	{"fewer of all values, of which one is there", `{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"test:k": ["a", "b"]}}}`,
		`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"test:k": "a"}, "Null": {"test:k": "false"}}}`, "", false},
	{"a variable that may be what was left out", `{"Effect": "Allow", "Action": "s3:*", "NotResource": "b/bob"}`,
		`{"Effect": "Allow", "Action": "s3:*", "Resource": "b/${test:name}"}`, "s3:", true},
	{"a variable stays", replaced(readBucket, "b/*", "b/${test:name}"), replaced(readBucket, "b/*", "b/${test:name}"), "", false},
	{"a variable below a pattern", readBucket, replaced(readBucket, "b/*", "b/${test:name}"), "", false},
	{"a variable instead of a text", replaced(readBucket, "b/*", "b/alice"), replaced(readBucket, "b/*", "b/${test:name}"), "s3:GetObject", false},
	{"another variable in a condition", `{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"test:k": "${test:a}"}}}`,
		`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"test:k": "${test:b}"}}}`, "s3:", false},
	{"an unresolved reference stays", replaced(readBucket, `"arn:aws:s3:::b/*"`, `{"Ref": "Bucket"}`), replaced(readBucket, `"arn:aws:s3:::b/*"`, `{"Ref": "Bucket"}`), "", false},
	{"an unresolved reference changes", replaced(readBucket, `"arn:aws:s3:::b/*"`, `{"Ref": "Bucket"}`), replaced(readBucket, `"arn:aws:s3:::b/*"`, `{"Ref": "Other"}`), "s3:GetObject", false},
	{"numbers in sets, which are not looked into", `{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ForAnyValue:NumericLessThan": {"test:k": "6"}}}`,
		`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"ForAnyValue:NumericLessThan": {"test:k": "5"}}}`, "s3:", true},
	{"an operator that nobody knows", readBucket, replaced(readBucket, `"Resource"`, `"Condition": {"Sometimes": {"test:k": "v"}}, "Resource"`), "", false},
}

func TestCheck(t *testing.T) {
	for _, c := range pairs {
		t.Run(c.name, func(t *testing.T) {
			found := newaccess.Check(document(t, c.before), document(t, c.after))
			switch {
			case c.want == "" && len(found) > 0:
				t.Errorf("found %+v", found)
			case c.want != "" && len(found) != 1:
				t.Fatalf("found %d accesses: %+v", len(found), found)
			case c.want != "" && (!strings.Contains(found[0].Example, c.want)):
				t.Errorf("the example is %s, want %s", found[0].Example, c.want)
			case c.want != "" && found[0].Proven == c.unproven:
				t.Errorf("proven is %t: %+v", found[0].Proven, found)
			}
		})
	}
}

func replaced(text, old, with string) string { return strings.Replace(text, old, with, 1) }

func TestAccessNamesItsStatement(t *testing.T) {
	found := newaccess.Check(document(t, denyPlain), document(t, readBucket))
	if len(found) != 2 || found[0].Sid != "Read" || found[0].Effect != "Allow" || found[1].Sid != "Plain" || found[1].Effect != "Deny" {
		t.Errorf("found %+v", found)
	}
	if !slices.Equal(found[0].Actions, []string{"s3:GetObject"}) || found[0].Document != "document" {
		t.Errorf("found %+v", found[0])
	}
}

func TestAddRefusesWhatIsNoPolicy(t *testing.T) {
	for _, text := range []string{`{}`, `{"Ref": "Policy"}`, `"text"`, `{"Statement": [{"Effect": "Perhaps"}]}`, `{"Statement": ["x"]}`, `null`} {
		var p newaccess.Policy
		if err := p.Add("p", decode(t, text)); !errors.Is(err, newaccess.ErrNoPolicy) {
			t.Errorf("%s: %v", text, err)
		}
	}
	var p newaccess.Policy
	if err := p.Add("p", `{"Statement": {"Effect": "Allow", "Principal": {"Service": "x.amazonaws.com", "AWS": "*"}, "Action": "s3:*", "Resource": "*"}}`); err != nil {
		t.Error(err)
	}
	if got := p.AllowedPrincipals(); !slices.Equal(got, []string{"*", "Service:x.amazonaws.com"}) {
		t.Errorf("principals %q", got)
	}
}
