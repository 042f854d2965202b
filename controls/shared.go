package controls

import (
	"slices"

	"github.com/secureml/environments/policy"
)

// Shared holds the facts about the shared services of one region that policies name. Every string may be a literal or
// a CDK token, except Region.
type Shared struct {
	Partition string
	Account   string
	Region    string
	// DNSSuffix of service principals and kms:ViaService values: amazonaws.com.
	DNSSuffix string
	// Consumers are the accounts whose environments use the services, in a fixed order; Account is one of them if it has
	// environments itself.
	Consumers []string
	// DeploymentRoles are ARNs of the roles that deploy the services and publish packages, images and code.
	DeploymentRoles []string

	// DataKey is the ARN of the key for the bucket, images, source code, packages and the server's disk.
	DataKey string
	// ImageRepository is the ARN of the shared ECR repository.
	ImageRepository string
	// Index is set where packages are served from a bucket.
	Index *SharedIndex
}

// SharedIndex are the facts about the served package index.
type SharedIndex struct {
	// Bucket that holds the packages: its ARN.
	Bucket string
	// S3Endpoint is the id of the shared VPC's gateway endpoint for Amazon S3.
	S3Endpoint string
	// ServiceBuckets are names of the AWS-owned buckets that are read through the gateway endpoint.
	ServiceBuckets []string
}

// The personas of the shared services. Amazon ECS assumes both.
const (
	// IndexServer reads the packages that it serves. IndexAgent is what ECS starts the server with: it pulls the image
	// and writes the log, and the server's own code cannot use it.
	IndexServer Persona = "index-server"
	IndexAgent  Persona = "index-agent"
)

// SharedWorkers are the personas of the shared services' roles.
func SharedWorkers() []Persona { return []Persona{IndexServer, IndexAgent, LogDelivery} }

// SharedEndpointServices are the AWS services whose interface endpoints the shared VPC may have.
func SharedEndpointServices() []EndpointService {
	return []EndpointService{"ecr.api", "ecr.dkr", "logs"}
}

// SharedLogGroup returns the name of a log group of the shared services.
func SharedLogGroup(name string) string { return "/" + sharedPath + name }

// sharedPath begins the IAM paths and log groups of the shared services. No project can be called shared.
const sharedPath = "secureml/shared/"

func (s Shared) place() place { return place{s.Partition, s.Account, s.Region, s.DNSSuffix} }

// RolePath returns the IAM path of the shared services' roles and policies. It is one level shorter than that of an
// environment, so no pattern of environments' roles matches it.
func (s Shared) RolePath() string { return "/" + sharedPath }

// RoleName returns the physical name of a persona's role. IAM is global, so the region is part of it.
func (s Shared) RoleName(p Persona) string { return s.Name(string(p)) }

// Name returns the physical name of an IAM resource of the shared services.
func (s Shared) Name(name string) string { return "secureml-shared-" + s.Region + "-" + name }

func (s Shared) roleARN(p Persona) string { return s.place().iam("role/" + sharedPath + s.RoleName(p)) }

func (s Shared) logGroup(name string) string {
	return s.place().arn("logs", "log-group:"+SharedLogGroup(name))
}

// outsiders are the principals besides the services' own roles that must reach shared data.
func (s Shared) outsiders() []string {
	return append(slices.Clone(s.DeploymentRoles), s.place().serviceLinkedRoles())
}

// consumers are the accounts as principals; a condition beside them names the roles.
func (s Shared) consumers() policy.Principal {
	var p policy.Principal
	for _, account := range s.Consumers {
		p.AWS = append(p.AWS, "arn:"+s.Partition+":iam::"+account+":root")
	}
	return p
}

// environmentRoles match the roles of all environments of an account: their path has a project and an environment.
func (s Shared) environmentRoles(account string) string {
	return "arn:" + s.Partition + ":iam::" + account + ":role/secureml/*/*/*"
}

// SharedTrustPolicy says who may assume the persona's role (ISO-08).
func SharedTrustPolicy(s Shared, p Persona) policy.Document {
	if p == LogDelivery {
		return s.place().trustService("vpc-flow-logs."+s.DNSSuffix, "sts:AssumeRole")
	}
	// Amazon ECS has this name in every partition (developer guide, "Task IAM role").
	return s.place().trustService("ecs-tasks.amazonaws.com", "sts:AssumeRole")
}

// SharedPersonaPolicy returns what the persona may do.
func SharedPersonaPolicy(s Shared, p Persona) policy.Document {
	switch p {
	case IndexServer:
		return policy.Document{Statements: []policy.Statement{
			allow("ServePackages", []string{"s3:GetObject"}, objects(s.Index.Bucket)),
			// Without permission to list, Amazon S3 answers 403 for a package that does not exist, instead of 404.
			allow("TellMissingPackages", []string{"s3:ListBucket"}, []string{s.Index.Bucket}),
			allow("DecryptPackages", []string{"kms:Decrypt"}, []string{s.DataKey},
				condition("StringEquals", "kms:ViaService", s.place().via("s3")...)),
		}}
	case IndexAgent:
		return policy.Document{Statements: []policy.Statement{
			allow("PullServer", imagePull, []string{s.ImageRepository}),
			allow("SignInToRegistry", []string{"ecr:GetAuthorizationToken"}, []string{"*"}),
			allow("WriteServerLog", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, []string{s.logGroup("index") + ":*"}),
		}}
	case LogDelivery:
		return policy.Document{Statements: deliverFlowLogs(s.logGroup("flow"))}
	}
	return policy.Document{}
}

// SharedBoundary returns the permissions boundary of every role of the shared services: what serving an index may ever
// need, in this account and region (ISO-05, NET-13).
func SharedBoundary(s Shared) policy.Document {
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "ISO05Maximum", Effect: policy.Allow,
			Actions: slices.Concat(imagePull, []string{
				"ecr:GetAuthorizationToken", "kms:Decrypt", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
				"logs:PutLogEvents", "s3:GetObject", "s3:ListBucket",
			}),
			Resources:  []string{"*"},
			Conditions: []policy.Condition{condition("StringEqualsIfExists", "aws:ResourceAccount", s.Account)},
		},
		otherRegion(s.Region),
	}}
}
