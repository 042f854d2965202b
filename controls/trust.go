package controls

import (
	"strings"

	"github.com/secureml/environments/policy"
)

// TrustPolicy says who may assume the persona's role.
func TrustPolicy(e Environment, p Persona) policy.Document {
	switch {
	case p.IsPerson():
		return policy.Document{Statements: e.signIn(p)}
	case p == LogDelivery:
		return e.place().trustService("vpc-flow-logs."+e.DNSSuffix, "sts:AssumeRole")
	case p == Notebook:
		// Studio sets the profile's name as the source identity (GOV-06).
		return e.place().trustService("sagemaker."+e.DNSSuffix, "sts:AssumeRole", "sts:SetSourceIdentity")
	default:
		return e.place().trustService("sagemaker."+e.DNSSuffix, "sts:AssumeRole")
	}
}

// trustService accepts the service when it works for this account (ISO-08).
func (p place) trustService(principal string, actions ...string) policy.Document {
	return policy.Document{Statements: []policy.Statement{{
		Sid: "ISO08ServiceForThisAccount", Effect: policy.Allow,
		Principal: policy.Principal{Services: []string{principal}}, Actions: actions,
		Conditions: []policy.Condition{condition("StringEquals", "aws:SourceAccount", p.account)},
	}}}
}

// signIn accepts people through the configured federation, with a source identity (ISO-08, GOV-06).
func (e Environment) signIn(p Persona) []policy.Statement {
	assume := policy.Statement{Effect: policy.Allow, Actions: []string{"sts:AssumeRole", "sts:SetSourceIdentity"}}
	switch {
	case e.Access.SAMLProvider != "":
		assume.Sid = sid(signInControl(p), "Saml")
		assume.Principal = policy.Principal{Federated: []string{e.Access.SAMLProvider}}
		assume.Actions = []string{"sts:AssumeRoleWithSAML", "sts:SetSourceIdentity"}
		assume.Conditions = []policy.Condition{
			condition("StringEquals", "SAML:aud", samlAudience(e.Partition)),
			condition("StringLike", "sts:SourceIdentity", "*"),
		}
	case len(e.Access.PermissionSets) > 0:
		assume.Sid = sid(signInControl(p), "IdentityCenter")
		assume.Principal = e.thisAccount()
		// The caller's session is named after the person; the source identity must be that name.
		assume.Conditions = []policy.Condition{
			condition("ArnLike", "aws:PrincipalArn", e.iam("role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_"+e.Access.PermissionSets[p]+"_*")),
			condition("StringLike", "aws:userid", "*:${sts:SourceIdentity}"),
		}
	default:
		assume.Sid = sid(signInControl(p), "AccountMfa")
		assume.Principal = policy.Principal{AWS: []string{"arn:" + e.Partition + ":iam::" + e.Access.MFAAccount + ":root"}}
		assume.Conditions = []policy.Condition{
			condition("Bool", "aws:MultiFactorAuthPresent", "true"),
			condition("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
			condition("StringEquals", "sts:SourceIdentity", "${aws:username}"),
		}
	}
	return []policy.Statement{assume}
}

// signInControl is the control that a persona's sign-in serves.
func signInControl(p Persona) string {
	if p == BreakGlass {
		return "GOV-07"
	}
	return "GOV-06"
}

// samlAudience is the sign-in address that a SAML assertion for the partition names (IAM User Guide, "Available keys
// for SAML-based AWS STS federation").
func samlAudience(partition string) string {
	switch {
	case strings.HasSuffix(partition, "-cn"):
		return "https://signin.amazonaws.cn/saml"
	case strings.HasSuffix(partition, "-us-gov"):
		return "https://signin.amazonaws-us-gov.com/saml"
	}
	return "https://signin.aws.amazon.com/saml"
}
