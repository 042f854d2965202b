// Package guardrails writes the catalogue as policies that AWS Organizations and other tools attach: service control
// policies for all accounts with environments and for each account, resource control policies, and the permissions
// boundary of each environment for roles that are made elsewhere.
//
// It exists because the guardrails on the environments' own roles bind nobody else: an administrator of the account carries
// none of them. The texts are plain JSON without white space, because AWS counts it.
package guardrails
