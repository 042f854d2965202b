package facts

import "strings"

var endpointTable = table[struct {
	Services []struct{ Service, Name, China string }
}]("endpoint-services.json")

// InterfaceEndpointService returns the full name of the service that an
// interface endpoint connects to. The service is AWS's short name without
// prefix and region, such as "sts", "ecr.dkr" or "codeconnections.api"; the
// region may be a deploy-time token.
//
// Most names are com.amazonaws.region.service. The odd ones are
//
//	notebook     aws.sagemaker.region.notebook     notebook instances
//	studio       aws.sagemaker.region.studio       Studio
//	experiments  aws.sagemaker.region.experiments  MLflow tracking servers
//	partner-app  aws.sagemaker.region.partner-app  partner AI apps
//
// and about fifty services in China, among them sts, lambda, monitoring,
// servicecatalog, ECR and most of SageMaker, whose name begins with
// cn.com.amazonaws; kms, logs, events, sns and ssm keep com.amazonaws there.
//
// It returns "" for a service or partition that it doesn't know: nothing later
// than this finds a misspelt name before the deployment fails. That a name is
// known doesn't mean that each region offers the service.
//
// Source: aws-cdk-lib, class InterfaceVpcEndpointAwsService,
// data/endpoint-services.json; SageMaker Developer Guide, "Connect to SageMaker
// AI Within your VPC", for the SageMaker names.
func InterfaceEndpointService(partition, region, service string) string {
	if DNSSuffix(partition) == "" {
		return ""
	}
	for _, s := range endpointTable().Services {
		if s.Service != service {
			continue
		}
		pattern := s.Name
		if partition == "aws-cn" && s.China != "" {
			pattern = s.China
		}
		return strings.ReplaceAll(pattern, "{region}", region)
	}
	return ""
}
