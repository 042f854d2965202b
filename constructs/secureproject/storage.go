package secureproject

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodecommit"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
)

// keys makes one key for each purpose, so that permission to mount a volume opens no bucket and no log.
func (b *builder) keys() {
	key := func(id string, purpose controls.KeyPurpose, description string) string {
		arn := rendering.NewKey(b.scope, id, "secureml/"+b.in.Project+"/"+b.in.Name+"/"+string(purpose), description, controls.KeyPolicy(b.env, purpose))
		b.lengths[arn] = len("arn:aws-us-gov:kms:ap-southeast-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef")
		return arn
	}
	b.env.DataKey = key("DataKey", controls.DataKey, "Buckets, images and source code")
	b.env.VolumeKey = key("VolumeKey", controls.VolumeKey, "Volumes of jobs, endpoints and workbenches")
	b.env.LogKey = key("LogKey", controls.LogKey, "Log groups")
}

// buckets makes the bucket for data, the one for models, and the one that records access to both.
func (b *builder) buckets() {
	const longestName = 63
	accessLog := rendering.NewBucket(b.scope, "AccessLogBucket", rendering.Bucket{
		NoncurrentDays: b.in.NoncurrentDays, ExpireDays: b.in.LogRetentionDays,
	})
	bucket := func(id, prefix string) rendering.BucketIdentity {
		made := rendering.NewBucket(b.scope, id, rendering.Bucket{
			Key: b.env.DataKey, LogTo: accessLog.Name, LogPrefix: prefix, NoncurrentDays: b.in.NoncurrentDays,
		})
		b.lengths[made.Name] = longestName
		return made
	}
	b.accessLogBucket = accessLog
	b.dataBucket = bucket("DataBucket", "data/")
	b.modelBucket = bucket("ModelBucket", "model/")
	b.env.DataBucket, b.env.ModelBucket = b.bucketARN(b.dataBucket.Name), b.bucketARN(b.modelBucket.Name)
}

// bucketPolicies come after the endpoint that they name.
func (b *builder) bucketPolicies() {
	set := func(id string, bucket rendering.BucketIdentity, accessLog bool) {
		rendering.SetBucketPolicy(b.scope, id, bucket.Name, controls.BucketPolicy(b.env, controls.Bucket{ARN: bucket.ARN, AccessLog: accessLog}))
	}
	set("DataBucketPolicy", b.dataBucket, false)
	set("ModelBucketPolicy", b.modelBucket, false)
	set("AccessLogBucketPolicy", b.accessLogBucket, true)
}

// images makes the registry of the project's own container images (ENC-12, SUP-03).
func (b *builder) images() {
	awsecr.NewCfnRepository(b.scope, jsii.String("ImageRepository"), &awsecr.CfnRepositoryProps{
		RepositoryName: jsii.String(b.in.ImageRepository()), ImageTagMutability: jsii.String("IMMUTABLE"),
		EncryptionConfiguration: &awsecr.CfnRepository_EncryptionConfigurationProperty{
			EncryptionType: jsii.String("KMS"), KmsKey: jsii.String(b.env.DataKey),
		},
		ImageScanningConfiguration: &awsecr.CfnRepository_ImageScanningConfigurationProperty{ScanOnPush: true},
		LifecyclePolicy:            &awsecr.CfnRepository_LifecyclePolicyProperty{LifecyclePolicyText: jsii.String(rendering.ExpireUntaggedImages)},
		RepositoryPolicyText:       controls.ImagePolicy(b.env).Render(),
	})
}

// source makes the project's Git repository (ENC-13), unless it is elsewhere.
func (b *builder) source() {
	if b.in.Repository.Kind != config.RepositoryCodeCommit {
		return
	}
	awscodecommit.NewCfnRepository(b.scope, jsii.String("SourceRepository"), &awscodecommit.CfnRepositoryProps{
		RepositoryName: jsii.String(b.name()), KmsKeyId: jsii.String(b.env.DataKey),
		RepositoryDescription: jsii.String("Source code of the project; main takes merges of approved pull requests only"),
	})
}
