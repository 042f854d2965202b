package facts

import "testing"

func TestInterfaceEndpointService(t *testing.T) {
	tests := []struct{ partition, region, service, want string }{
		{"aws", "eu-west-1", "sts", "com.amazonaws.eu-west-1.sts"},
		{"aws", "eu-west-1", "ecr.dkr", "com.amazonaws.eu-west-1.ecr.dkr"},
		{"aws", "eu-west-1", "sagemaker.metrics", "com.amazonaws.eu-west-1.sagemaker.metrics"},
		{"aws", "eu-west-1", "notebook", "aws.sagemaker.eu-west-1.notebook"},
		{"aws", "eu-west-1", "studio", "aws.sagemaker.eu-west-1.studio"},
		{"aws", "eu-west-1", "experiments", "aws.sagemaker.eu-west-1.experiments"},
		{"aws", "eu-west-1", "partner-app", "aws.sagemaker.eu-west-1.partner-app"},
		{"aws", "eu-west-1", "codeconnections.api", "com.amazonaws.eu-west-1.codeconnections.api"},
		{"aws", "us-east-1", "iam", "com.amazonaws.iam"},
		{"aws", "${Token[AWS.Region.4]}", "kms", "com.amazonaws.${Token[AWS.Region.4]}.kms"},
		{"aws-us-gov", "us-gov-west-1", "sagemaker.api", "com.amazonaws.us-gov-west-1.sagemaker.api"},
		{"aws-us-gov", "us-gov-west-1", "studio", "aws.sagemaker.us-gov-west-1.studio"},
		{"aws-cn", "cn-north-1", "sagemaker.api", "cn.com.amazonaws.cn-north-1.sagemaker.api"},
		{"aws-cn", "cn-northwest-1", "sts", "cn.com.amazonaws.cn-northwest-1.sts"},
		{"aws-cn", "cn-north-1", "ecr.api", "cn.com.amazonaws.cn-north-1.ecr.api"},
		{"aws-cn", "cn-north-1", "kms", "com.amazonaws.cn-north-1.kms"},
		{"aws-cn", "cn-north-1", "notebook", "aws.sagemaker.cn-north-1.notebook"},
		{"aws-cn", "cn-north-1", "transcribe", "cn.com.amazonaws.cn-north-1.transcribe.cn"},
		{"aws", "eu-west-1", "codeconnections", ""},
		{"aws", "eu-west-1", "sagemaker", ""},
		{"aws", "eu-west-1", "", ""},
		{"aws-iso", "us-iso-east-1", "sts", ""},
	}
	for _, tt := range tests {
		if got := InterfaceEndpointService(tt.partition, tt.region, tt.service); got != tt.want {
			t.Errorf("InterfaceEndpointService(%s, %s, %q) = %q, want %q", tt.partition, tt.region, tt.service, got, tt.want)
		}
	}
}

func TestEndpointsOfAnEnvironmentAreKnown(t *testing.T) {
	for _, service := range []string{"sts", "kms", "logs", "monitoring", "events", "sns", "ssm", "ecr.api", "ecr.dkr",
		"sagemaker.api", "sagemaker.runtime", "sagemaker.featurestore-runtime", "sagemaker.metrics",
		"codecommit", "git-codecommit", "codeartifact.api", "codeartifact.repositories",
		"servicecatalog", "lambda", "codeconnections.api"} {
		if got, want := InterfaceEndpointService("aws", "eu-west-1", service), "com.amazonaws.eu-west-1."+service; got != want {
			t.Errorf("InterfaceEndpointService(%q) = %q, want %q", service, got, want)
		}
	}
}
