package facts

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestServiceBuckets(t *testing.T) {
	tests := map[string][]ServiceBucket{
		"us-east-1": {
			{"prod-us-east-1-starport-layer-bucket", BucketECRLayers},
			{"assets-193858265520-us-east-1", BucketCodeArtifactAssets},
			{"jumpstart-cache-prod-us-east-1", BucketJumpStart},
		},
		"ca-central-1": {
			{"prod-ca-central-1-starport-layer-bucket", BucketECRLayers},
			{"jumpstart-cache-prod-ca-central-1", BucketJumpStart},
		},
		"cn-north-1": {
			{"prod-cn-north-1-starport-layer-bucket", BucketECRLayers},
			{"jumpstart-cache-prod-cn-north-1", BucketJumpStart},
		},
		"eu-west-9": nil,
		"":          nil,
	}
	for region, want := range tests {
		if got := ServiceBuckets(region); !reflect.DeepEqual(got, want) {
			t.Errorf("ServiceBuckets(%q) = %v, want %v", region, got, want)
		}
	}
}

func TestServiceBucketsAreOfTheirRegion(t *testing.T) {
	for _, table := range []bucketTable{codeArtifactTable(), jumpStartTable()} {
		for _, b := range table.Buckets {
			if !slices.Contains(Regions(), b.Region) || !strings.HasSuffix(b.Bucket, "-"+b.Region) {
				t.Errorf("bucket %s of region %s", b.Bucket, b.Region)
			}
		}
	}
}
