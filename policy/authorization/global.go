package authorization

// globalKeys are the condition keys that do not belong to a service, as far as our policies name them. Source: IAM
// User Guide, "AWS global condition context keys", read 2026-11. The tag keys among them are not global in effect:
// an action carries them only where the reference says so.
var globalKeys = func() map[string]Key {
	keys := map[string]Key{}
	for _, k := range []Key{
		{Name: "aws:CalledVia", Type: String, Many: true},
		{Name: "aws:MultiFactorAuthAge", Type: Numeric},
		{Name: "aws:MultiFactorAuthPresent", Type: Bool},
		{Name: "aws:PrincipalAccount", Type: String},
		{Name: "aws:PrincipalArn", Type: ARN},
		{Name: "aws:PrincipalIsAWSService", Type: Bool},
		{Name: "aws:PrincipalOrgID", Type: String},
		{Name: "aws:PrincipalServiceName", Type: String},
		{Name: "aws:PrincipalTag/${TagKey}", Type: String},
		{Name: "aws:RequestTag/${TagKey}", Type: String},
		{Name: "aws:RequestedRegion", Type: String},
		{Name: "aws:ResourceAccount", Type: String},
		{Name: "aws:ResourceOrgID", Type: String},
		{Name: "aws:ResourceTag/${TagKey}", Type: String},
		{Name: "aws:SecureTransport", Type: Bool},
		{Name: "aws:SourceAccount", Type: String},
		{Name: "aws:SourceArn", Type: ARN},
		{Name: "aws:SourceIdentity", Type: String},
		{Name: "aws:SourceIp", Type: IP},
		{Name: "aws:SourceOrgID", Type: String},
		{Name: "aws:SourceVpc", Type: String},
		{Name: "aws:SourceVpce", Type: String},
		{Name: "aws:TagKeys", Type: String, Many: true},
		{Name: "aws:ViaAWSService", Type: Bool},
		{Name: "aws:VpceAccount", Type: String},
		{Name: "aws:userid", Type: String},
		{Name: "aws:username", Type: String},
		// Keys of SAML sessions exist in requests of AssumeRoleWithSAML only; the reference lists them there too.
		{Name: "saml:aud", Type: String},
	} {
		keys[generic(k.Name)] = k
	}
	return keys
}()

// isGlobal tells whether requests of every service can hold the key.
func isGlobal(key string) bool {
	switch g := generic(key); g {
	case "aws:requesttag/*", "aws:resourcetag/*", "aws:tagkeys", "saml:aud":
		return false
	default:
		_, ok := globalKeys[g]
		return ok
	}
}
