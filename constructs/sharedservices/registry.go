package sharedservices

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodecommit"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/plan"
)

// images makes the registry of container images that all projects may use (ENC-12, SUP-03, SUP-05).
func (b *builder) images() {
	b.facts.ImageRepository = "arn:" + b.facts.Partition + ":ecr:" + b.facts.Region + ":" + b.facts.Account + ":repository/" + plan.SharedImageRepository
	b.built.ImageRepository = b.facts.ImageRepository
	b.built.ImageRepositoryURI = b.facts.Account + ".dkr.ecr." + b.facts.Region + "." + b.facts.DNSSuffix + "/" + plan.SharedImageRepository
	awsecr.NewCfnRepository(b.scope, jsii.String("ImageRepository"), &awsecr.CfnRepositoryProps{
		RepositoryName: jsii.String(plan.SharedImageRepository), ImageTagMutability: jsii.String("IMMUTABLE"),
		EncryptionConfiguration: &awsecr.CfnRepository_EncryptionConfigurationProperty{
			EncryptionType: jsii.String("KMS"), KmsKey: jsii.String(b.facts.DataKey),
		},
		ImageScanningConfiguration: &awsecr.CfnRepository_ImageScanningConfigurationProperty{ScanOnPush: true},
		LifecyclePolicy:            &awsecr.CfnRepository_LifecyclePolicyProperty{LifecyclePolicyText: jsii.String(rendering.ExpireUntaggedImages)},
		RepositoryPolicyText:       controls.SharedImagePolicy(b.facts).Render(),
	})
}

// source makes the Git repository of the primary branches (ENC-13), unless it is elsewhere. It outlives its stack: it
// is the organisation's code.
func (b *builder) source() {
	if !b.in.Repository {
		return
	}
	b.built.PrimaryRepository = "secureml-primary"
	awscodecommit.NewCfnRepository(b.scope, jsii.String("PrimaryRepository"), &awscodecommit.CfnRepositoryProps{
		RepositoryName: jsii.String(b.built.PrimaryRepository), KmsKeyId: jsii.String(b.facts.DataKey),
		RepositoryDescription: jsii.String("Primary branches of the projects' source code"),
	}).ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE, nil)
}
