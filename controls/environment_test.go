package controls

// example is a project environment as the constructs would describe it, with literal values of the greatest length
// that the services allow, so that size limits are tested at their margin.
func example() Environment {
	const key = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-00000000000"
	return Environment{
		Partition: "aws", Account: "111122223333", Region: "eu-west-1", DNSSuffix: "amazonaws.com",
		Project: "fraud", Name: "dev", SharedAccount: true,
		VPC:     "vpc-0aaaaaaaaaaaaaaaa",
		Subnets: []string{"subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2", "subnet-0aaaaaaaaaaaaaaa3"},

		SecurityGroups: []string{"sg-0aaaaaaaaaaaaaaaa"},
		S3Endpoint:     "vpce-0aaaaaaaaaaaaaaaa",
		DataKey:        key + "1", VolumeKey: key + "2", LogKey: key + "3",
		DataBucket:       "arn:aws:s3:::fraud-dev-data-xxxxxxxxxxxx",
		ModelBucket:      "arn:aws:s3:::fraud-dev-model-xxxxxxxxxxxx",
		LakeBuckets:      []string{"arn:aws:s3:::acme-data-lake"},
		ImageRepository:  "arn:aws:ecr:eu-west-1:111122223333:repository/secureml/fraud/dev",
		SourceRepository: "arn:aws:codecommit:eu-west-1:111122223333:secureml-fraud-dev",
		Access: Access{
			PermissionSets: map[Persona]string{
				ProjectAdmin: "Admin", DataScientist: "Scientist", ModelApprover: "Approver", Auditor: "Auditor", BreakGlass: "BreakGlass",
			},
			CorporateCIDRs: []string{"192.0.2.0/24"},
		},
		Compute: Compute{
			Training: []string{"ml.m5.xlarge", "ml.g5.xlarge"}, Processing: []string{"ml.m5.xlarge"},
			Hosting: []string{"ml.m5.large"}, Workbench: []string{"ml.t3.medium"},
			MaxRuntimeSeconds: 86400, WarmPoolSeconds: 0,
		},
		IsolateNetwork:  true,
		DeploymentRoles: []string{"arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1"},
		ServiceBuckets:  []string{"prod-eu-west-1-starport-layer-bucket"},
		ImageRegistries: []string{"141502667606", "763104351884"},
		Shared: SharedServices{
			Account:           "444455556666",
			PackageDomain:     "arn:aws:codeartifact:eu-west-1:444455556666:domain/acme",
			PackageRepository: "arn:aws:codeartifact:eu-west-1:444455556666:repository/acme/python",
			ImageRepository:   "arn:aws:ecr:eu-west-1:444455556666:repository/secureml/shared",
		},
	}
}
