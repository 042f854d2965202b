package deployment

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/inventory"
)

// A reader that cannot read would call the emulator wrong for ever, so each must show what is set through the API. What it
// then calls wrong after a deployment is what CloudFormation did not set.
func TestReadersShowWhatIsThereInTheEmulator(t *testing.T) {
	if flag.Lookup("emulator").Value.String() != "true" {
		t.Skip("make deploy-check runs it")
	}
	e, err := Start("..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	caller, err := e.NewCaller()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(caller.Close)
	d := Deployed{Stack: inventory.Stack{Account: "111122223333", Region: "us-east-1"}, caller: caller}
	set := func(service, operation string, input map[string]any, into any) {
		t.Helper()
		if err := d.do(service, operation, input, into); err != nil {
			t.Fatal(err)
		}
	}
	const document = `{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`
	block := map[string]any{"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}
	owner := map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerEnforced"}}}
	set("s3", "CreateBucket", map[string]any{"Bucket": "bucket-1"}, nil)
	set("s3", "PutBucketVersioning", map[string]any{"Bucket": "bucket-1", "VersioningConfiguration": map[string]any{"Status": "Enabled"}}, nil)
	set("s3", "PutPublicAccessBlock", map[string]any{"Bucket": "bucket-1", "PublicAccessBlockConfiguration": block}, nil)
	set("s3", "PutBucketOwnershipControls", map[string]any{"Bucket": "bucket-1", "OwnershipControls": owner}, nil)
	set("iam", "CreateRole", map[string]any{"RoleName": "r", "AssumeRolePolicyDocument": document}, nil)
	set("iam", "CreatePolicy", map[string]any{"PolicyName": "p", "PolicyDocument": document}, nil)
	set("iam", "AttachRolePolicy", map[string]any{"RoleName": "r", "PolicyArn": "arn:aws:iam::111122223333:policy/p"}, nil)
	set("logs", "CreateLogGroup", map[string]any{"logGroupName": "g", "kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/k"}, nil)
	set("ecr", "CreateRepository", map[string]any{"repositoryName": "images", "imageScanningConfiguration": map[string]any{"scanOnPush": true}}, nil)
	set("ecr", "SetRepositoryPolicy", map[string]any{"repositoryName": "images", "policyText": document}, nil)
	var vpc struct{ Vpc struct{ VpcId string } }
	set("ec2", "CreateVpc", map[string]any{"CidrBlock": "10.0.0.0/24"}, &vpc)
	var made struct {
		VpcEndpoint struct{ VpcEndpointId string }
	}
	set("ec2", "CreateVpcEndpoint", map[string]any{
		"VpcId": vpc.Vpc.VpcId, "ServiceName": "com.amazonaws.us-east-1.s3", "VpcEndpointType": "Gateway", "PolicyDocument": document,
	}, &made)
	var sub struct{ Subnet struct{ SubnetId string } }
	set("ec2", "CreateSubnet", map[string]any{"VpcId": vpc.Vpc.VpcId, "CidrBlock": "10.0.0.0/25", "AvailabilityZoneId": "use1-az1"}, &sub)
	set("ec2", "ModifySubnetAttribute", map[string]any{"SubnetId": sub.Subnet.SubnetId, "MapPublicIpOnLaunch": map[string]any{"Value": false}}, nil)

	for _, c := range []struct {
		kind, id, property string
		want               any
	}{
		{"AWS::S3::Bucket", "bucket-1", "VersioningConfiguration", map[string]any{"Status": "Enabled"}},
		{"AWS::S3::Bucket", "bucket-1", "PublicAccessBlockConfiguration", block},
		{"AWS::S3::Bucket", "bucket-1", "OwnershipControls", owner},
		{"AWS::IAM::Role", "r", "ManagedPolicyArns", []any{"p"}},
		{"AWS::Logs::LogGroup", "g", "KmsKeyId", "set"},
		{"AWS::ECR::Repository", "images", "ImageScanningConfiguration", map[string]any{"ScanOnPush": true}},
		{"AWS::ECR::Repository", "images", "RepositoryPolicyText", document},
		{"AWS::EC2::VPCEndpoint", made.VpcEndpoint.VpcEndpointId, "PolicyDocument", document},
		{"AWS::EC2::Subnet", sub.Subnet.SubnetId, "AvailabilityZoneId", "use1-az1"},
		{"AWS::EC2::Subnet", sub.Subnet.SubnetId, "MapPublicIpOnLaunch", false},
	} {
		got, err := readers[c.kind](d, c.id)
		if err != nil {
			t.Errorf("%s: %v", c.kind, err)
			continue
		}
		if diff := cmp.Diff(comparable(c.property, c.want), comparable(c.property, got[c.property])); diff != "" {
			t.Errorf("%s %s: %s", c.kind, c.property, diff)
		}
	}
}
