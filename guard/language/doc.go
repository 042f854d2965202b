// Package language reads and evaluates the part of the AWS CloudFormation Guard 3 language that secureml.guard is
// written in. A rule file that uses anything else is refused when it is read: no construct is ever skipped or guessed.
//
// What it knows, with the meaning that cfn-guard 3.1 gives it:
//
//	let name = query | literal | count(%variable)   in a file, a rule or a block; evaluated where it is declared
//	rule name [when conditions] { clauses }
//	clause [or clause ...] [<<message>>]            lines are AND-ed
//	[some] query operator [literal | %variable]     the variable is a literal or a count;  ==  !=  <  <=  >  >=  in  not in  exists  empty  is_string  is_list
//	                                                is_struct  is_int  is_bool; each of the last ones with not or !
//	query { clauses }                               for each value that the query finds
//	when conditions { clauses }
//	literals                                        'text'  "text"  /regular expression/  42  true  [a, b]
//
// A query is a key or %variable followed by .key, .'quoted key', .* (all values), [*] (all elements; a value that is no
// list counts as a list of one), [0], a filter [ clauses ] directly after a variable or .*, or a selection of keys
// [ keys in %variable ]. A filter after [*] or after a key is refused, because cfn-guard 3.1 evaluates it against the
// wrong value; put the elements into a variable first.
//
// What a query cannot find fails every check but "not exists" and "empty". A query that selects nothing skips the check,
// except "empty", which passes, and "not empty", which fails. A value of another kind than the literal fails == and !=
// alike; so a check on a value that may be an intrinsic function reads: select those that are wrong, expect none.
package language
