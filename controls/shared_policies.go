package controls

import (
	"slices"

	"github.com/secureml/environments/policy"
)

// SharedCluster is the name of the ECS cluster of the index server; its key policy names it.
const SharedCluster = "secureml-shared"

// SharedBalancerLogs is the prefix of the load balancer's logs in the bucket of access logs.
const SharedBalancerLogs = "balancer"

// SharedKeyPolicy returns the policy of one of the shared services' keys.
//
// Consumers appear in none. Amazon ECR and CodeArtifact use the key through grants that they make when the repository
// and the domain are created, so whoever creates them needs kms:CreateGrant and kms:DescribeKey, and whoever pulls or
// installs needs nothing (ECR user guide, "Encryption at rest"; CodeArtifact API reference, CreateDomain). The bucket is
// read by the index server alone, and CodeCommit has no cross-account access but through a role of this account.
func SharedKeyPolicy(s Shared, purpose KeyPurpose) policy.Document {
	var statements []policy.Statement
	switch purpose {
	case LogKey:
		statements = append(statements, s.place().encryptLogs("/"+sharedPath+"*"))
	case DataKey:
		statements = append(statements, s.publishWithKey())
		if s.Index != nil {
			statements = append(statements, s.place().useKey("ENC07ServeIndex", []string{"kms:Decrypt"}, []string{s.roleARN(IndexServer)}, "s3"))
			statements = append(statements, s.encryptServerDisk()...)
		}
		statements = append(statements, s.place().grantsForAWSResources(s.DeploymentRoles))
	}
	return policy.Document{Statements: append(statements, s.place().administration(s.DeploymentRoles)...)}
}

// publishWithKey is what publishing needs: a push to CodeCommit works with the caller's permissions, and so does an
// upload to Amazon S3, whose parts are decrypted when it is completed (user guide, "Protecting data with server-side
// encryption with KMS keys"). What a publisher could decrypt is what publishers have published.
func (s Shared) publishWithKey() policy.Statement {
	services := []string{"codecommit"}
	if s.Index != nil {
		services = append(services, "s3")
	}
	return s.place().useKey("ENC07Publish", keyUse, s.DeploymentRoles, services...)
}

// encryptServerDisk lets AWS Fargate encrypt the disks of the cluster's tasks, where packages are cached (ECS developer
// guide, "Create an encryption key for Fargate ephemeral storage"). The service's name is the same in every partition.
func (s Shared) encryptServerDisk() []policy.Statement {
	statement := func(name, action string, conditions ...policy.Condition) policy.Statement {
		return policy.Statement{
			Sid: name, Effect: policy.Allow, Principal: policy.Principal{Services: []string{"fargate.amazonaws.com"}},
			Actions: []string{action}, Resources: []string{"*"},
			Conditions: append([]policy.Condition{
				condition("StringEquals", "kms:EncryptionContext:aws:ecs:clusterAccount", s.Account),
				condition("StringEquals", "kms:EncryptionContext:aws:ecs:clusterName", SharedCluster),
			}, conditions...),
		}
	}
	return []policy.Statement{
		statement("ENC07ServerDisk", "kms:GenerateDataKeyWithoutPlaintext"),
		statement("ENC08ServerDiskGrant", "kms:CreateGrant", condition("ForAllValues:StringEquals", "kms:GrantOperations", "Decrypt")),
	}
}

// SharedBucketPolicy returns the policy of the package bucket, or of the bucket that receives its access log.
func SharedBucketPolicy(s Shared, b Bucket) policy.Document {
	lifted := s.outsiders()
	if b.AccessLog {
		return policy.Document{Statements: slices.Concat(weakTransport(whole(b.ARN)), []policy.Statement{
			outsideEndpoint(b.ARN, s.Index.S3Endpoint, lifted), foreignPrincipal("s3:*", whole(b.ARN), lifted), s.place().deliverAccessLogs(b.ARN),
		}, s.deliverBalancerLogs(b.ARN))}
	}
	return policy.Document{Statements: slices.Concat(otherEncryption(b.ARN, s.DataKey), weakTransport(whole(b.ARN)), []policy.Statement{
		outsideEndpoint(b.ARN, s.Index.S3Endpoint, lifted),
		foreignPrincipal("s3:*", whole(b.ARN), append(s.outsiders(), s.roleARN(IndexServer))),
		{
			Sid: "SUP05PublishersOnlyWrite", Effect: policy.Deny, Principal: policy.Principal{Any: true},
			NotActions: []string{"s3:Get*", "s3:List*"}, Resources: whole(b.ARN),
			Conditions: []policy.Condition{condition("ArnNotLike", "aws:PrincipalArn", s.DeploymentRoles...)},
		},
	})}
}

// deliverBalancerLogs lets Elastic Load Balancing write access logs ("Enable access logs for your Network Load
// Balancer"; the service's name is the same in every partition).
func (s Shared) deliverBalancerLogs(bucket string) []policy.Statement {
	source := []policy.Condition{
		condition("StringEquals", "aws:SourceAccount", s.Account),
		condition("ArnLike", "aws:SourceArn", s.place().arn("logs", "*")),
	}
	delivery := policy.Principal{Services: []string{"delivery.logs.amazonaws.com"}}
	return []policy.Statement{
		{
			Sid: "DeliverBalancerLogs", Effect: policy.Allow, Principal: delivery, Actions: []string{"s3:PutObject"},
			Resources:  []string{bucket + "/" + SharedBalancerLogs + "/AWSLogs/" + s.Account + "/*"},
			Conditions: append(slices.Clone(source), condition("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control")),
		},
		{
			Sid: "CheckBalancerLogs", Effect: policy.Allow, Principal: delivery, Actions: []string{"s3:GetBucketAcl"},
			Resources: []string{bucket}, Conditions: source,
		},
	}
}

// SharedImagePolicy returns the policy of the shared ECR repository. It names no resource, as a policy of ECR must not.
func SharedImagePolicy(s Shared) policy.Document {
	look := []string{
		"ecr:BatchGetRepositoryScanningConfiguration", "ecr:Describe*", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:List*",
	}
	return policy.Document{Statements: append([]policy.Statement{s.toConsumers("PullByEnvironments", imagePull)},
		s.notForOthers(imagePull, look, s.roleARN(IndexAgent))...)}
}

// PackageDomainPolicy returns the policy of the CodeArtifact domain.
func PackageDomainPolicy(s Shared) policy.Document {
	read := []string{"codeartifact:GetAuthorizationToken"}
	look := []string{"codeartifact:Describe*", "codeartifact:GetDomainPermissionsPolicy", "codeartifact:List*"}
	return onItself(append([]policy.Statement{s.toConsumers("SignInByEnvironments", read)}, s.notForOthers(read, look)...))
}

// PackageRepositoryPolicy returns the policy of the CodeArtifact repository.
func PackageRepositoryPolicy(s Shared) policy.Document {
	look := []string{"codeartifact:Describe*", "codeartifact:GetRepositoryPermissionsPolicy", "codeartifact:List*"}
	return onItself(append([]policy.Statement{
		s.toConsumers("ReadByEnvironments", packageRead),
		{
			Sid: "SUP01NoPublicUpstream", Effect: policy.Deny, Principal: policy.Principal{Any: true},
			Actions: []string{"codeartifact:AssociateExternalConnection"},
		},
	}, s.notForOthers(packageRead, look)...))
}

// toConsumers lets the environments' roles of the consumer accounts do what a resource is shared for.
func (s Shared) toConsumers(name string, actions []string) policy.Statement {
	return policy.Statement{
		Sid: name, Effect: policy.Allow, Principal: s.consumers(), Actions: actions,
		Conditions: []policy.Condition{condition("ArnLike", "aws:PrincipalArn", s.environmentRoles("*"))},
	}
}

// notForOthers limits principals of this account, for whom an identity policy alone would be enough: only publishers
// write, only consumers and readers read, and all others see how the resource is configured. Other accounts can do what
// the policy allows them and no more, and AWS services have no principal account.
func (s Shared) notForOthers(read, look []string, readers ...string) []policy.Statement {
	if slices.Contains(s.Consumers, s.Account) {
		readers = append(readers, s.environmentRoles(s.Account))
	}
	deny := func(name string, except, admitted []string) policy.Statement {
		return policy.Statement{
			Sid: name, Effect: policy.Deny, Principal: policy.Principal{Any: true}, NotActions: except,
			Conditions: []policy.Condition{
				condition("StringEquals", "aws:PrincipalAccount", s.Account),
				condition("ArnNotLike", "aws:PrincipalArn", admitted...),
			},
		}
	}
	return []policy.Statement{
		deny("SUP05PublishersOnlyWrite", slices.Concat(read, look), s.outsiders()),
		deny("SUP05OthersOnlyLook", look, append(s.outsiders(), readers...)),
	}
}

// onItself completes the statements of a CodeArtifact policy, which must name a resource and hold for their own only
// (user guide, "Domain policies").
func onItself(statements []policy.Statement) policy.Document {
	for i := range statements {
		statements[i].Resources = []string{"*"}
	}
	return policy.Document{Statements: statements}
}

// SharedEndpointPolicy returns the policy of an endpoint of the shared VPC (NET-10, NET-11).
func SharedEndpointPolicy(s Shared, service EndpointService) policy.Document {
	agent := func(actions ...string) policy.Statement {
		return s.place().ownToOwn(s.roleARN(IndexAgent), actions, []string{s.Account})
	}
	switch service {
	case S3Gateway:
		serve := s.place().ownToOwn(s.roleARN(IndexServer), []string{"s3:GetObject", "s3:ListBucket"}, []string{s.Account})
		serve.Sid, serve.Resources = "NET11OwnBuckets", whole(s.Index.Bucket)
		return policy.Document{Statements: []policy.Statement{serve, s.place().readAwsOwned(s.Index.ServiceBuckets)}}
	case "ecr.api", "ecr.dkr":
		return policy.Document{Statements: []policy.Statement{agent(imagePull...), {
			// A token is for the caller's own registry; the request names no resource and so no resource account.
			Sid: "NET10SignIn", Effect: policy.Allow, Principal: policy.Principal{Any: true},
			Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"},
			Conditions: []policy.Condition{condition("ArnLike", "aws:PrincipalArn", s.roleARN(IndexAgent))},
		}}}
	case "logs":
		return policy.Document{Statements: []policy.Statement{agent("logs:CreateLogStream", "logs:PutLogEvents")}}
	}
	return policy.Document{}
}
