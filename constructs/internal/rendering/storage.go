package rendering

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/judges/acknowledgement"
	"github.com/secureml/environments/policy"
)

// NewKey makes a rotating key that outlives its stack (ENC-10) with an alias, and returns its ARN.
func NewKey(scope constructs.Construct, id, alias, description string, document policy.Document) string {
	key := awskms.NewCfnKey(scope, jsii.String(id), &awskms.CfnKeyProps{
		Description: jsii.String(description), KeyPolicy: document.Render(), EnableKeyRotation: true,
		PendingWindowInDays: jsii.Number(30), Tags: Name(alias),
	})
	key.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	Acknowledge(key, Because("No Deny is needed for grants: the only statements that allow them are for AWS resources and services (ENC-08), "+
		"and without an Allow here no identity policy counts.", "CT.KMS.PR.3"))
	awskms.NewCfnAlias(scope, jsii.String(id+"Alias"), &awskms.CfnAliasProps{
		AliasName: jsii.String("alias/" + alias), TargetKeyId: key,
	})
	return *key.AttrArn()
}

// Bucket says how a bucket differs from the others.
type Bucket struct {
	// Key is the ARN of the bucket's key; empty for one that receives server access logs, for which the log delivery
	// service takes S3-managed keys only.
	Key string
	// LogTo is the name of the bucket that receives the access log, below LogPrefix; empty for that bucket itself.
	LogTo, LogPrefix string
	// NoncurrentDays is how many days replaced object versions are kept, ExpireDays how many days objects are kept, 0
	// for ever.
	NoncurrentDays, ExpireDays int
}

// NewBucket makes a private, versioned, encrypted bucket that outlives its stack (ISO-09, ENC-05). Amazon
// EventBridge learns of every object that is written or deleted, at no cost, so that rules can act on it.
func NewBucket(scope constructs.Construct, id string, in Bucket) BucketIdentity {
	encryption := &awss3.CfnBucket_ServerSideEncryptionRuleProperty{
		ServerSideEncryptionByDefault: &awss3.CfnBucket_ServerSideEncryptionByDefaultProperty{SseAlgorithm: jsii.String("AES256")},
	}
	if in.Key != "" {
		encryption = &awss3.CfnBucket_ServerSideEncryptionRuleProperty{
			BucketKeyEnabled: true,
			ServerSideEncryptionByDefault: &awss3.CfnBucket_ServerSideEncryptionByDefaultProperty{
				SseAlgorithm: jsii.String("aws:kms"), KmsMasterKeyId: jsii.String(in.Key),
			},
		}
	}
	props := &awss3.CfnBucketProps{
		BucketEncryption: &awss3.CfnBucket_BucketEncryptionProperty{ServerSideEncryptionConfiguration: []any{encryption}},
		OwnershipControls: &awss3.CfnBucket_OwnershipControlsProperty{
			Rules: []any{&awss3.CfnBucket_OwnershipControlsRuleProperty{ObjectOwnership: jsii.String("BucketOwnerEnforced")}},
		},
		PublicAccessBlockConfiguration: &awss3.CfnBucket_PublicAccessBlockConfigurationProperty{
			BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
		},
		VersioningConfiguration: &awss3.CfnBucket_VersioningConfigurationProperty{Status: jsii.String("Enabled")},
		NotificationConfiguration: &awss3.CfnBucket_NotificationConfigurationProperty{
			EventBridgeConfiguration: &awss3.CfnBucket_EventBridgeConfigurationProperty{EventBridgeEnabled: true},
		},
		LifecycleConfiguration: &awss3.CfnBucket_LifecycleConfigurationProperty{Rules: lifecycle(in)},
	}
	if in.LogTo != "" {
		props.LoggingConfiguration = &awss3.CfnBucket_LoggingConfigurationProperty{
			DestinationBucketName: jsii.String(in.LogTo), LogFilePrefix: jsii.String(in.LogPrefix),
		}
	}
	bucket := awss3.NewCfnBucket(scope, jsii.String(id), props)
	bucket.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	Acknowledge(bucket, acknowledgedOfBucket(in)...)
	return BucketIdentity{Name: *bucket.Ref(), ARN: *bucket.AttrArn()}
}

// BucketIdentity is how a bucket is referred to.
type BucketIdentity struct{ Name, ARN string }

func acknowledgedOfBucket(in Bucket) []acknowledgement.Acknowledgement {
	all := []acknowledgement.Acknowledgement{
		Because("Data stays in its region and account, where the environment's guardrails hold. Versions are kept, and "+
			"the bucket outlives its stack (ISO-09).", "S3BucketReplicationEnabled"),
		Because("Personal data must be erasable within the retention of versions, which a lock would forbid; server access logs "+
			"cannot be delivered to a bucket with a default lock.", "CT.S3.PR.9"),
	}
	if in.Key == "" {
		all = append(all, Because("The log delivery service of Amazon S3 takes S3-managed keys only.", "S3DefaultEncryptionKMS", "CT.S3.PR.10"),
			Because("It receives the access logs of the others; logging its own access would log without end.", "CT.S3.PR.2"))
	}
	return all
}

// uploadDays is how long parts of an upload that never ended are kept.
const uploadDays = 7

func lifecycle(in Bucket) []any {
	rule := &awss3.CfnBucket_RuleProperty{
		Id: jsii.String("tidy"), Status: jsii.String("Enabled"),
		AbortIncompleteMultipartUpload: &awss3.CfnBucket_AbortIncompleteMultipartUploadProperty{DaysAfterInitiation: jsii.Number(uploadDays)},
		NoncurrentVersionExpiration:    &awss3.CfnBucket_NoncurrentVersionExpirationProperty{NoncurrentDays: jsii.Number(in.NoncurrentDays)},
	}
	if in.ExpireDays > 0 {
		rule.ExpirationInDays = jsii.Number(in.ExpireDays)
	}
	return []any{rule}
}

// SetBucketPolicy attaches the policy to the bucket.
func SetBucketPolicy(scope constructs.Construct, id, bucket string, document policy.Document) awss3.CfnBucketPolicy {
	return awss3.NewCfnBucketPolicy(scope, jsii.String(id), &awss3.CfnBucketPolicyProps{
		Bucket: jsii.String(bucket), PolicyDocument: document.Render(),
	})
}

// ExpireUntaggedImages is the lifecycle policy of image repositories: what no tag names any more goes after 30 days.
const ExpireUntaggedImages = `{"rules":[{"rulePriority":1,"description":"Expire untagged images","selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":30},"action":{"type":"expire"}}]}`
