package facts

// What a bucket that AWS owns is read for.
const (
	// BucketECRLayers holds the layers of ECR's private images: without it no
	// container image can be pulled.
	BucketECRLayers = "ecr-layers"
	// BucketCodeArtifactAssets holds the packages of CodeArtifact. The service
	// says that the Python and Swift formats don't need it.
	BucketCodeArtifactAssets = "codeartifact-assets"
	// BucketJumpStart holds the public content of SageMaker JumpStart. Only an
	// environment that offers JumpStart needs it.
	BucketJumpStart = "jumpstart"
)

// ServiceBucket is an S3 bucket that AWS owns and that a request from inside a
// VPC reads, so that the policy of the S3 gateway endpoint has to name it.
type ServiceBucket struct {
	Name string
	// Purpose is one of the constants BucketECRLayers,
	// BucketCodeArtifactAssets and BucketJumpStart.
	Purpose string
}

type bucketTable struct {
	Buckets []struct{ Region, Bucket string }
}

var (
	codeArtifactTable = table[bucketTable]("codeartifact-buckets.json")
	jumpStartTable    = table[bucketTable]("jumpstart-buckets.json")
)

// ServiceBuckets returns the buckets of AWS's own that an environment in a
// region may have to read, ordered by purpose: ECR layers, CodeArtifact assets,
// JumpStart. It returns none for an unknown region. Reading objects
// (s3:GetObject) is all that they are good for.
//
// CodeArtifact is offered in 13 regions of the partition aws; elsewhere there
// is no such bucket. JumpStart's bucket of gated models is left out.
//
// Source: Amazon ECR User Guide, "Minimum Amazon S3 bucket permissions for
// Amazon ECR", for the pattern prod-region-starport-layer-bucket; CodeArtifact
// User Guide, data/codeartifact-buckets.json; SageMaker Python SDK,
// data/jumpstart-buckets.json.
func ServiceBuckets(region string) []ServiceBucket {
	if _, ok := LookupRegion(region); !ok {
		return nil
	}
	buckets := []ServiceBucket{{"prod-" + region + "-starport-layer-bucket", BucketECRLayers}}
	for _, b := range codeArtifactTable().Buckets {
		if b.Region == region {
			buckets = append(buckets, ServiceBucket{b.Bucket, BucketCodeArtifactAssets})
		}
	}
	for _, b := range jumpStartTable().Buckets {
		if b.Region == region {
			buckets = append(buckets, ServiceBucket{b.Bucket, BucketJumpStart})
		}
	}
	return buckets
}
