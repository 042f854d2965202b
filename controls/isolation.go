package controls

import (
	"slices"
	"strings"

	"github.com/secureml/environments/policy"
	"github.com/secureml/environments/policy/authorization"
)

// isolation controls: a project environment's roles reach what carries its tags and names, and nothing else.
var isolation = []Control{
	{
		ID:    "ISO-01",
		Title: "What is created carries the environment's tags",
		Area:  LeastPrivilege,
		Why: "Everything else in this family, and every cost report, rests on the tags Project and Environment. A create request " +
			"without them, or with another project's, is refused.",
		Fulfils: []string{"I11", "M1", "A9", "A12", "S12", "H-142"},
		Rules: []Rule{
			{Key: "aws:RequestTag/" + TagProject, Must: Must{OneOf: func(e Environment) []string { return []string{e.Project} }},
				Only: taggedCreates(), Absent: untaggedCreates},
			{Key: "aws:RequestTag/" + TagEnvironment, Must: Must{OneOf: func(e Environment) []string { return []string{e.Name} }},
				Only: taggedCreates(), Absent: untaggedCreates},
		},
	},
	{
		ID:    "ISO-02",
		Title: "What another project or environment has tagged is out of reach",
		Area:  LeastPrivilege,
		Why: "Grants ask for the environment's tags already. The deny makes sure that no later grant, however wide, reaches across: it " +
			"names every SageMaker action, so one that does not exist yet is covered as well. A request that only names a model " +
			"does not show the model's tags, but its ARN; where environments share an account, the name tells whose it is.",
		Fulfils: []string{"I1", "I7", "I11", "H-39", "H-40", "H-117", "H-150", "H-163"},
		Rules: []Rule{{
			Key:  "sagemaker:ModelArn",
			Must: Must{Like: func(e Environment) []string { return e.ownModels() }},
			Absent: map[string]Absence{
				"sagemaker:CreateEndpointConfig": tolerated("the configuration may define its containers itself; NET-06 then asks for the VPC"),
			},
		}},
		Denies: func(e Environment) []policy.Statement {
			deny := func(tag, own string) policy.Statement {
				key := "aws:ResourceTag/" + tag
				return policy.Statement{
					Sid: "ISO02Foreign" + tag, Effect: policy.Deny, Actions: []string{"sagemaker:*"}, Resources: []string{"*"},
					Conditions: []policy.Condition{condition("StringNotEquals", key, own), condition("Null", key, "false")},
				}
			}
			return []policy.Statement{deny(TagProject, e.Project), deny(TagEnvironment, e.Name)}
		},
	},
	{
		ID:    "ISO-03",
		Title: "Tags that decide about access or cost are set once",
		Area:  LeastPrivilege,
		Why: "Whoever can retag a resource can move it into another project, or out of a report. Tags are added by the call that " +
			"creates a resource, which SageMaker marks with the key TaggingAction, and never afterwards.",
		Fulfils:  []string{"I11", "H-87", "H-144", "H-145"},
		Platform: true,
		Denies: func(Environment) []policy.Statement {
			return []policy.Statement{
				{
					Sid: "ISO03Retag", Effect: policy.Deny, Actions: []string{"sagemaker:AddTags"}, Resources: []string{"*"},
					Conditions: []policy.Condition{
						condition("Null", "sagemaker:TaggingAction", "true"),
						condition("ForAnyValue:StringEquals", "aws:TagKeys", protectedTags()...),
					},
				},
				{
					Sid: "ISO03Untag", Effect: policy.Deny, Actions: []string{"sagemaker:DeleteTags"}, Resources: []string{"*"},
					Conditions: []policy.Condition{condition("ForAnyValue:StringEquals", "aws:TagKeys", protectedTags()...)},
				},
			}
		},
	},
	{
		ID:    "ISO-04",
		Title: "Only the environment's own roles are passed, to SageMaker only",
		Area:  LeastPrivilege,
		Why: "A role that is passed to a job acts for whoever passed it. The boundary refuses to pass anything but the environment's " +
			"roles for SageMaker, so no role for people, and anything at all to another service; the grants name the roles one by one.",
		Fulfils: []string{"I6", "H-84", "H-85", "H-91", "H-93", "H-94"},
		Boundary: func(e Environment) []policy.Statement {
			return []policy.Statement{
				{
					Sid: "ISO04PassForeignRole", Effect: policy.Deny, Actions: []string{"iam:PassRole"},
					NotResources: append(e.workerRoles(), e.roleARN(Notebook)+"-*"),
				},
				{
					Sid: "ISO04PassToOtherService", Effect: policy.Deny, Actions: []string{"iam:PassRole"}, Resources: []string{"*"},
					Conditions: []policy.Condition{condition("StringNotEquals", "iam:PassedToService", "sagemaker."+e.DNSSuffix)},
				},
			}
		},
	},
	{
		ID:    "ISO-05",
		Title: "A permissions boundary caps every role of the environment",
		Area:  LeastPrivilege,
		Why: "The boundary allows what work with SageMaker may ever need, in this account and the shared one, and nothing that changes " +
			"identities, networks or the guardrails themselves. A role that someone creates later must carry it too, so a wide " +
			"policy on it opens nothing.",
		Fulfils:  []string{"F2", "C7", "S1", "H-25", "H-90", "H-162", "H-165", "H-168"},
		Boundary: boundaryMaximum,
		ServiceControl: func(o Organization) []policy.Statement {
			iam := "arn:" + o.partition() + ":iam::*:"
			return []policy.Statement{{
				Sid: "ISO05KeepRoles", Effect: policy.Deny,
				Actions: []string{
					"iam:AttachRolePolicy", "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:CreateRole", "iam:DeletePolicy", "iam:DeletePolicyVersion",
					"iam:DeleteRole", "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
					"iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:SetDefaultPolicyVersion", "iam:TagRole", "iam:UntagRole",
					"iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
				},
				Resources:  []string{iam + "policy/secureml/*", iam + "role/secureml/*"},
				Conditions: []policy.Condition{o.exceptDeployment()},
			}}
		},
		Template: []string{"ISO05_role_boundary"},
	},
	{
		ID:    "ISO-06",
		Title: "Buckets and images serve the environment's roles only",
		Area:  LeastPrivilege,
		Why: "In one account an identity policy is enough to read a bucket or to replace an image. The resource's own deny makes the " +
			"environment's path the only way in, so that a wide role of another project, or of the account, gets nothing.",
		Fulfils: []string{"I4", "I7", "H-04", "H-10", "H-24"},
		Bucket: func(e Environment, b Bucket) []policy.Statement {
			return []policy.Statement{foreignPrincipal("s3:*", whole(b.ARN), append(e.outsiders(), e.ownRoles()))}
		},
		Images: func(e Environment) []policy.Statement {
			return []policy.Statement{foreignPrincipal("ecr:*", nil, append(e.outsiders(), e.ownRoles()))}
		},
		ResourceControl: func(o Organization) []policy.Statement {
			return o.outsideOrganization("ISO06", "s3:*")
		},
	},
	{
		ID:    "ISO-07",
		Title: "A search returns the environment's items only",
		Area:  LeastPrivilege,
		Why: "Search reads the metadata of every job in the account. Where environments share an account, the request must limit " +
			"itself to the project; in an account of its own there is nothing else to find.",
		Fulfils: []string{"A10"},
		Denies: func(e Environment) []policy.Statement {
			if !e.SharedAccount {
				return nil
			}
			return []policy.Statement{{
				Sid: "ISO07SearchAll", Effect: policy.Deny, Actions: []string{"sagemaker:Search"}, Resources: []string{"*"},
				Conditions: []policy.Condition{condition("StringNotEquals", "sagemaker:SearchVisibilityCondition/Tags."+TagProject, e.Project)},
			}}
		},
	},
	{
		ID:    "ISO-08",
		Title: "Roles for people trust a sign-in, roles for services trust the service on behalf of this account",
		Area:  LeastPrivilege,
		Why: "No role trusts a whole account without a condition. Roles for people never trust a service, so passing one to a job " +
			"is impossible; roles for SageMaker accept it only when it works for this account, which keeps it from being used as " +
			"a confused deputy.",
		Fulfils: []string{"F2", "I6", "I8", "H-91", "H-99"},
		ResourceControl: func(o Organization) []policy.Statement {
			// A SAML sign-in has no organisation yet; its trust policy names the provider.
			return o.outsideOrganization("ISO08", "sts:AssumeRole")
		},
		Template: []string{"ISO08_no_bare_account_trust"},
	},
	{
		ID:    "ISO-09",
		Title: "Buckets are private, versioned, owner-enforced, logged, and outlive their stack",
		Area:  Exfiltration,
		Why: "Versioning gives every training run a data version to point at and undoes deletion. Data and its log are retained when a " +
			"stack is deleted, because a mistake in a template must not delete a company's data.",
		Fulfils: []string{"I4", "A6", "A7", "A20", "H-28"},
		ServiceControl: func(o Organization) []policy.Statement {
			return []policy.Statement{{
				Sid: "ISO09KeepPrivate", Effect: policy.Deny,
				Actions: []string{"s3:PutAccountPublicAccessBlock", "s3:PutBucketPublicAccessBlock"}, Resources: []string{"*"},
				Conditions: []policy.Condition{o.exceptDeployment()},
			}}
		},
		Template: []string{
			"ISO09_bucket_private", "ISO09_bucket_versioned", "ISO09_bucket_owner_enforced", "ISO09_bucket_logged", "ISO09_data_retained",
		},
	},
	{
		ID:    "ISO-10",
		Title: "The default security group of a VPC admits nothing",
		Area:  ITPolicy,
		Why: "Whatever is created without naming a group gets the default one. CloudFormation cannot empty it, so nothing relies on " +
			"it: every resource names its group, no endpoint and no interface uses the default, and its rules are watched.",
		Fulfils:  []string{"N1"},
		Template: []string{"ISO10_endpoint_names_group"},
	},
	{
		ID:    GrantControl,
		Title: "A persona is granted what its job needs and nothing else",
		Area:  LeastPrivilege,
		Why: "What nobody grants needs no deny. Every grant names its actions, the environment's own resources by ARN or by tag, and the way of use " +
			"where a condition key shows it; each action of SageMaker and of the services beside it is either granted to a persona " +
			"or listed with the reason why it is not. Denies come on top, for what a later grant must not open.",
		Fulfils: []string{"F2", "I1", "I2", "I3"},
	},
}

// taggedCreates are the create actions whose requests can carry tags, without those that NET-07 and CST-04 withhold
// from everybody. What WKB-04 withholds from people is created by the platform, and tagged too.
func taggedCreates() []string {
	never := append(Withheld("NET-07"), Withheld("CST-04")...)
	var names []string
	for _, name := range authorization.ActionsWithKey("sagemaker", "aws:RequestTag/"+TagProject) {
		if strings.HasPrefix(name, "sagemaker:Create") && !slices.Contains(never, name) {
			names = append(names, name)
		}
	}
	return names
}

var untaggedCreates = map[string]Absence{
	"sagemaker:CreateApp":          tolerated("Studio copies the domain's and the profile's tags to apps"),
	"sagemaker:CreateSpace":        tolerated("Studio copies the domain's and the profile's tags to spaces"),
	"sagemaker:CreateModelPackage": tolerated("a version takes the tags of its group and can carry none itself"),
	"sagemaker:CreateAction":       tolerated("lineage entities are made by SageMaker from the job they describe"),
	"sagemaker:CreateArtifact":     tolerated("lineage entities are made by SageMaker from the job they describe"),
	"sagemaker:CreateContext":      tolerated("lineage entities are made by SageMaker from the job they describe"),
}

// foreignPrincipal refuses whoever is not admitted to the resources and is no AWS service.
func foreignPrincipal(actions string, resources, admitted []string) policy.Statement {
	return policy.Statement{
		Sid: "ISO06ForeignPrincipal", Effect: policy.Deny, Principal: policy.Principal{Any: true},
		Actions: []string{actions}, Resources: resources,
		Conditions: []policy.Condition{
			condition("ArnNotLike", "aws:PrincipalArn", admitted...),
			condition("BoolIfExists", "aws:PrincipalIsAWSService", "false"),
		},
	}
}

// outsideOrganization refuses principals of other organisations, and AWS services that work for accounts of others.
func (o Organization) outsideOrganization(control string, actions ...string) []policy.Statement {
	deny := func(suffix string, conditions ...policy.Condition) policy.Statement {
		return policy.Statement{
			Sid: control + suffix, Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: actions, Resources: []string{"*"},
			Conditions: conditions,
		}
	}
	return []policy.Statement{
		deny("OtherOrganization", condition("StringNotEqualsIfExists", "aws:PrincipalOrgID", o.ID), condition("BoolIfExists", "aws:PrincipalIsAWSService", "false")),
		deny("ServiceForOthers", condition("StringNotEqualsIfExists", "aws:SourceOrgID", o.ID), condition("Null", "aws:SourceAccount", "false"),
			condition("Bool", "aws:PrincipalIsAWSService", "true")),
	}
}

// boundaryMaximum is the most that any role of the environment can be granted.
func boundaryMaximum(e Environment) []policy.Statement {
	return []policy.Statement{
		{
			Sid: "ISO05Maximum", Effect: policy.Allow,
			Actions: []string{
				"application-autoscaling:*", "athena:*", "budgets:ViewBudget", "cloudformation:*", "cloudtrail:LookupEvents", "cloudwatch:*", "codeartifact:*", "codebuild:*",
				"codecommit:*", "codeconnections:UseConnection", "config:Describe*", "config:Get*", "ec2:Describe*", "ec2:CreateNetworkInterface",
				"ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission",
				"ecr:*", "events:*", "glue:*", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole", "iam:GetRolePolicy",
				"iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:PassRole", "kms:*", "logs:*", "resource-groups:*", "s3:*",
				"sagemaker:*", "sagemaker-mlflow:*", "servicecatalog:*", "sns:*", "sqs:*", "ssm:*", "sts:*", "tag:Get*",
			},
			Resources: []string{"*"},
			// Some actions hold no resource account; for those the environment's other limits count.
			Conditions: []policy.Condition{
				condition("StringEqualsIfExists", "aws:ResourceAccount", append(e.ownAccounts(), e.ImageRegistries...)...),
			},
		},
		{
			Sid: "ISO05ForeignAccountWrite", Effect: policy.Deny,
			NotActions: append([]string{"sts:*"}, imagePull...), Resources: []string{"*"},
			Conditions: []policy.Condition{
				condition("StringNotEquals", "aws:ResourceAccount", e.ownAccounts()...),
				condition("Null", "aws:ResourceAccount", "false"),
			},
		},
		// CodeCommit has no resource policies: another project's code is closed from the caller's side.
		otherSource(e.SourceRepository),
		{
			Sid: "ISO05KeysAndStacks", Effect: policy.Deny,
			Actions: []string{
				"cloudformation:Delete*", "cloudformation:Update*", "kms:DeleteAlias", "kms:DisableKey", "kms:PutKeyPolicy",
				"kms:ScheduleKeyDeletion", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:DisassociateKmsKey",
				"s3:BypassGovernanceRetention", "s3:CreateAccessPoint", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObjectVersion",
				"s3:PutBucketAcl", "s3:PutBucketNotification", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock",
				"s3:PutEncryptionConfiguration", "s3:PutInventoryConfiguration", "s3:PutReplicationConfiguration",
				"servicecatalog:CreateConstraint", "sts:AssumeRole",
			},
			Resources: []string{"*"},
		},
	}
}

// otherSource refuses every repository of code but the environment's own.
func otherSource(own string) policy.Statement {
	s := policy.Statement{
		Sid: "ISO05OtherSource", Effect: policy.Deny, Actions: []string{"codecommit:*"}, NotResources: []string{own},
	}
	if own == "" {
		s.NotResources, s.Resources = nil, []string{"*"}
	}
	return s
}
