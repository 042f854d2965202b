package decisions_test

import (
	"testing"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/inventory"
)

// The rows are decided with IAM Identity Center; the other two ways to sign in are decided here, from the same trust
// policies that templates hold.
func TestOtherWaysToSignIn(t *testing.T) {
	s := simulator(t)
	define := func(name string, access controls.Access) string {
		e := factsOf(t, "alpha")
		e.Access = access
		if err := s.Define(name, []inventory.Document{{Name: name, JSON: []byte(controls.TrustPolicy(e, controls.DataScientist).JSON())}}); err != nil {
			t.Fatal(err)
		}
		return name
	}
	if err := s.Define("sign-in rights", []inventory.Document{{Name: "rights", JSON: []byte(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}`)}}); err != nil {
		t.Fatal(err)
	}
	const (
		provider = "arn:aws:iam::111122223333:saml-provider/acme"
		user     = "arn:aws:iam::222233334444:user/alice"
	)
	saml := define("saml", controls.Access{SAMLProvider: provider})
	mfa := define("mfa", controls.Access{MFAAccount: "222233334444"})
	assertion := map[string][]string{"saml:aud": {"https://signin.aws.amazon.com/saml"}, "sts:SourceIdentity": {"alice@example.com"}}
	token := map[string][]string{
		"aws:MultiFactorAuthPresent": {"true"}, "aws:MultiFactorAuthAge": {"60"}, "aws:username": {"alice"}, "sts:SourceIdentity": {"alice"},
		"aws:PrincipalArn": {user}, "aws:PrincipalAccount": {"222233334444"},
	}
	for _, c := range []struct {
		name, trust, principal, action string
		context                        map[string][]string
		change                         map[string][]string
		want                           bool
	}{
		{"SAML with a source identity", saml, provider, "sts:AssumeRoleWithSAML", assertion, nil, true},
		{"SAML without a source identity", saml, provider, "sts:AssumeRoleWithSAML", assertion, map[string][]string{"sts:SourceIdentity": nil}, false},
		{"SAML for another audience", saml, provider, "sts:AssumeRoleWithSAML", assertion, map[string][]string{"saml:aud": {"https://other.example.com"}}, false},
		{"another SAML provider", saml, "arn:aws:iam::111122223333:saml-provider/other", "sts:AssumeRoleWithSAML", assertion, nil, false},
		{"a user past SAML", saml, user, "sts:AssumeRole", token, nil, false},
		{"second factor and own name", mfa, user, "sts:AssumeRole", token, nil, true},
		{"no second factor", mfa, user, "sts:AssumeRole", token, map[string][]string{"aws:MultiFactorAuthPresent": nil, "aws:MultiFactorAuthAge": nil}, false},
		{"second factor of this morning", mfa, user, "sts:AssumeRole", token, map[string][]string{"aws:MultiFactorAuthAge": {"7200"}}, false},
		{"somebody else's name", mfa, user, "sts:AssumeRole", token, map[string][]string{"sts:SourceIdentity": {"bob"}}, false},
		{"no name", mfa, user, "sts:AssumeRole", token, map[string][]string{"sts:SourceIdentity": nil}, false},
	} {
		q := decisions.Query{
			Principal: c.principal, Action: c.action, Resource: "arn:aws:iam::111122223333:role/secureml/alpha/dev/secureml-alpha-dev-data-scientist",
			ResourceAccount: "111122223333", ResourcePolicy: c.trust, Context: map[string][]string{},
		}
		if c.principal == user {
			q.Identity = []string{"sign-in rights"}
		}
		for key, values := range c.context {
			if changed, ok := c.change[key]; ok {
				values = changed
			}
			if values != nil {
				q.Context[key] = values
			}
		}
		answers, err := s.Decide([]decisions.Query{q})
		if err != nil {
			t.Fatal(err)
		}
		if a := answers[0]; a.Error != "" || len(a.Ignored) > 0 || (a.Decision == decisions.Allowed) != c.want {
			t.Errorf("%s: %+v, want allowed: %v", c.name, a, c.want)
		}
	}
}
