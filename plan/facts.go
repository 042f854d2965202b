package plan

import (
	"fmt"
	"strings"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
)

// Facts returns what policies name of the environment, as far as it is known before its resources exist. The account,
// which may be a token, stands in ARNs.
func (e Environment) Facts(account string) controls.Environment {
	f := controls.Environment{
		Partition: e.Target.Partition, Account: account, Region: e.Target.Region, DNSSuffix: e.Target.DNSSuffix,
		Project: e.Project, Name: e.Name, SharedAccount: e.SharedAccount,
		Compute: e.Compute, IsolateNetwork: e.IsolateNetwork,
		DeploymentRoles: e.Deployment.RoleARNs(e.Target.Partition, account, e.Target.Region),
		ServiceBuckets:  e.ServiceBuckets(), ImageRegistries: e.ImageRegistries(),
	}
	f.Access = e.accessFacts(f)
	f.Shared = e.sharedFacts(f)
	f.ImageRepository = regionalARN(f, account, "ecr", "repository/"+e.ImageRepository())
	if e.Repository.Kind == config.RepositoryCodeCommit {
		f.SourceRepository = regionalARN(f, account, "codecommit", e.StackName())
	}
	for _, name := range e.LakeBuckets {
		f.LakeBuckets = append(f.LakeBuckets, bucketARN(f, name))
	}
	return f
}

func (e Environment) accessFacts(f controls.Environment) controls.Access {
	out := controls.Access{PermissionSets: e.Access.PermissionSets, CorporateCIDRs: e.Access.CorporateCIDRs}
	if e.Access.SAMLProvider != "" {
		out.SAMLProvider = "arn:" + f.Partition + ":iam::" + f.Account + ":saml-provider/" + e.Access.SAMLProvider
	}
	if e.Access.MFA {
		out.MFAAccount = e.Access.MFAAccount
		if out.MFAAccount == "" {
			out.MFAAccount = f.Account
		}
	}
	return out
}

func (e Environment) sharedFacts(f controls.Environment) controls.SharedServices {
	account := e.SharedServicesAccount
	if account == "" {
		account = f.Account
	}
	shared := controls.SharedServices{Account: account, ImageRepository: regionalARN(f, account, "ecr", "repository/"+SharedImageRepository)}
	if e.Packages.Domain != "" {
		shared.PackageDomain = regionalARN(f, account, "codeartifact", "domain/"+e.Packages.Domain)
		shared.PackageRepository = regionalARN(f, account, "codeartifact", "repository/"+e.Packages.Domain+"/"+e.Packages.Repository)
	}
	return shared
}

func regionalARN(f controls.Environment, account, service, resource string) string {
	return "arn:" + f.Partition + ":" + service + ":" + f.Region + ":" + account + ":" + resource
}

func bucketARN(f controls.Environment, name string) string {
	return "arn:" + f.Partition + ":s3:::" + name
}

// deployed are the environment's parameters, by the last part of their names, that hold the ids of its resources.
var deployed = []string{
	"vpc-id", "subnet-ids", "security-group-id", "s3-endpoint-id", "data-key-arn", "volume-key-arn", "log-key-arn", "data-bucket", "model-bucket",
}

// DeployedFacts returns what policies name of the environment once it is deployed in its configured account. Parameters
// are those below Prefix, by the last part of their names.
func (e Environment) DeployedFacts(parameters map[string]string) (controls.Environment, error) {
	var missing []string
	for _, name := range deployed {
		if parameters[name] == "" {
			missing = append(missing, e.Prefix()+name)
		}
	}
	if missing != nil {
		return controls.Environment{}, fmt.Errorf("these parameters are missing: %s; deploy %s, then read them with aws ssm get-parameters-by-path --recursive --path %s",
			strings.Join(missing, ", "), e.StackName(), strings.TrimSuffix(e.Prefix(), "/"))
	}
	f := e.Facts(e.Target.Account)
	f.VPC, f.Subnets, f.SecurityGroups = parameters["vpc-id"], strings.Split(parameters["subnet-ids"], ","), []string{parameters["security-group-id"]}
	f.S3Endpoint = parameters["s3-endpoint-id"]
	f.DataKey, f.VolumeKey, f.LogKey = parameters["data-key-arn"], parameters["volume-key-arn"], parameters["log-key-arn"]
	f.DataBucket, f.ModelBucket = bucketARN(f, parameters["data-bucket"]), bucketARN(f, parameters["model-bucket"])
	return f, nil
}
