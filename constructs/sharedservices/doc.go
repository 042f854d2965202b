// Package sharedservices holds the level-3 construct SharedServices: what all projects of an organisation use in one
// region, their private package index, shared container images and primary Git repository.
//
// sharedservices.go is the table of contents; each part has a file of its own. What a part allows and denies stands in
// package controls, what is built and why in package plan.
//
// # Two kinds of package index
//
// Kind codeartifact is a CodeArtifact domain and repository. Nothing of it runs in a network, so there is no shared VPC;
// environments reach it through endpoints of their own VPCs.
//
// Kind index is a bucket with a static index (PEP 503), served with TLS through PrivateLink under a name of the
// organisation's own. There is a server, because Amazon S3 refuses unsigned requests for objects that are encrypted with
// KMS, and pip signs none. It is the NGINX S3 Gateway (github.com/nginx/nginx-s3-gateway, Apache-2.0, kept by F5): it
// answers GET and HEAD only, signs with the task's role, and stores nothing but a cache. The shared VPC has no way to the
// internet and joins no other; only its endpoint service is seen from outside.
//
// # Setting up the served index
//
// The server's image lies in the shared image repository, so there are two deployments:
//
//  1. Deploy. Without sharedServices.packages.imageDigest the server runs no task.
//
//  2. Push the gateway's image for arm64, variant unprivileged-oss, built in June 2025 or later (older ones never look up
//     Amazon S3's addresses again), with a role of deployment.roleNames. The image repository takes pushes from no other:
//
//     docker pull --platform linux/arm64 nginxinc/nginx-s3-gateway:unprivileged-oss-<date>
//     docker tag  ... <account>.dkr.ecr.<region>.amazonaws.com/secureml/shared:index-<date>
//     docker push     <account>.dkr.ecr.<region>.amazonaws.com/secureml/shared:index-<date>
//
//  3. Set imageDigest to the digest that the push printed, and deploy again: one task starts in each zone.
//
// The load balancer is protected from deletion. Before the stack is deleted, set its attribute
// deletion_protection.enabled to false.
//
// # Publishing packages
//
// A role of deployment.roleNames uploads a directory that any tool for static indexes makes, for example dumb-pypi. The
// role brings its own identity policy; without a role in that list nobody can publish.
//
//	simple/index.html                 links to the projects
//	simple/<project>/index.html       links to the project's files, with #sha256=<digest>
//	packages/<file>.whl               the files
//
//	aws s3 sync index/ s3://<package bucket>/
//
// pip asks for https://<host>/simple/<project>/ and the server answers with the object simple/<project>/index.html. The
// project's name is the normalised one (PEP 503). New and withdrawn packages are seen after five minutes. For
// CodeArtifact, the same role signs in with aws codeartifact login --tool twine and uploads with twine.
//
// # What remains
//
// TLS ends at the load balancer. The last step to the server is plain HTTP between two security groups of a VPC in which
// nothing else runs: the gateway terminates no TLS. Its root file system is writable, because its start-up scripts write
// the configuration ("Getting Started Guide", unprivileged image); it runs as user 101 without capabilities instead.
package sharedservices
