package sharedservices

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
)

// withdrawnDays is how long a package that was replaced or withdrawn can be brought back.
const withdrawnDays = 365

// dataKey makes the key for packages, images and source code.
func (b *builder) dataKey() {
	b.facts.DataKey = b.key("DataKey", controls.DataKey, "Shared packages, images and source code")
	b.built.DataKeyARN = b.facts.DataKey
}

// logKey makes the key for log groups, so that permission to read logs opens nothing else.
func (b *builder) logKey() {
	b.logKeyARN = b.key("LogKey", controls.LogKey, "Log groups of the shared services")
}

func (b *builder) key(id string, purpose controls.KeyPurpose, description string) string {
	return rendering.NewKey(b.scope, id, "secureml/shared/"+string(purpose), description, controls.SharedKeyPolicy(b.facts, purpose))
}

// buckets makes the bucket that holds the packages, and the one that records access to it.
func (b *builder) buckets() {
	b.accessLogBucket = rendering.NewBucket(b.scope, "AccessLogBucket", rendering.Bucket{
		NoncurrentDays: withdrawnDays, ExpireDays: b.in.LogRetentionDays,
	})
	b.packageBucket = rendering.NewBucket(b.scope, "PackageBucket", rendering.Bucket{
		Key: b.facts.DataKey, LogTo: b.accessLogBucket.Name, LogPrefix: "packages/", NoncurrentDays: withdrawnDays,
	})
	b.built.PackageBucketName, b.facts.Index.Bucket = b.packageBucket.Name, b.bucketARN(b.packageBucket.Name)
}

// bucketPolicies come after the endpoint that they name. The load balancer waits for them: it writes to the bucket when
// its log is switched on.
func (b *builder) bucketPolicies() {
	set := func(id string, bucket rendering.BucketIdentity, accessLog bool) awss3.CfnBucketPolicy {
		return rendering.SetBucketPolicy(b.scope, id, bucket.Name,
			controls.SharedBucketPolicy(b.facts, controls.Bucket{ARN: bucket.ARN, AccessLog: accessLog}))
	}
	set("PackageBucketPolicy", b.packageBucket, false)
	b.accessLogPolicy = set("AccessLogBucketPolicy", b.accessLogBucket, true)
}

func (b *builder) bucketARN(name string) string { return "arn:" + b.facts.Partition + ":s3:::" + name }
