package io.nearside.proxy.query;

import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Requests are written with single quotes and without their table, so that they can be read. */
class QueryRequestTest {
    private static final KeySchema TABLE =
            new KeySchema(new KeyAttribute("p", KeyType.S), new KeyAttribute("s", KeyType.N));
    private static final KeySchema INDEX =
            new KeySchema(new KeyAttribute("g", KeyType.S), new KeyAttribute("h", KeyType.S));

    private static final String VALUES = ",'ExpressionAttributeValues':";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // Placeholders, spelling, order.
                "'KeyConditionExpression':'p=:p AND s>:s'@{':p':{'S':'x'},':s':{'N':'1'}} | @{':b':{'N':'1.0'},':a':{'S':'x'}},'KeyConditionExpression':'( s > :b ) and p = :a'",
                "'KeyConditionExpression':'p=:p'@{':p':{'S':'x'}} | 'KeyConditionExpression':'#k=:p','ExpressionAttributeNames':{'#k':'p'}@{':p':{'S':'\\u0078'}}",
                // Legacy parameters.
                "'KeyConditionExpression':'p=:p'@{':p':{'S':'x'}} | 'KeyConditions':{'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}}",
                "'KeyConditionExpression':'p=:p and s between :a and :b'@{':p':{'S':'x'},':a':{'N':'1'},':b':{'N':'2'}} | 'KeyConditions':{'s':{'AttributeValueList':[{'N':'1'},{'N':'2.0'}],'ComparisonOperator':'BETWEEN'},'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}}",
                "'KeyConditionExpression':'p=:p','ProjectionExpression':'b,a'@{':p':{'S':'x'}} | 'AttributesToGet':['a','b'],'Select':'SPECIFIC_ATTRIBUTES','KeyConditions':{'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}}",
                // What says nothing, or nothing about the page.
                "'KeyConditionExpression':'p=:p'@{':p':{'S':'x'}} | 'ScanIndexForward':true,'Select':'ALL_ATTRIBUTES','ReturnConsumedCapacity':'TOTAL','ConsistentRead':true,'KeyConditionExpression':'p=:p'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','FilterExpression':'a=:p AND b<:p'@{':p':{'S':'x'}} | 'KeyConditionExpression':'p=:p','FilterExpression':':p>b AND (a=:p)'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','Limit':5,'ExclusiveStartKey':{'p':{'S':'x'},'s':{'N':'7'}}@{':p':{'S':'x'}} | 'KeyConditionExpression':'p=:p','Limit':5,'ExclusiveStartKey':{'s':{'N':'70e-1'},'p':{'S':'x'}}@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p and s>=:s'@{':p':{'S':'x'},':s':{'N':'1'}} | 'KeyConditions':{'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]},'s':{'ComparisonOperator':'GE','AttributeValueList':[{'N':'1'}]}},'QueryFilter':{}",
            })
    void page_sameMeaning_sameKey(String one, String other) throws NotUnderstoodException {
        assertThat(query(one).key())
                .isEqualTo(query(other).key())
                .hasSameHashCodeAs(query(other).key());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'KeyConditionExpression':'p=:q'@{':q':{'S':'y'}}",
                "'KeyConditionExpression':'p=:p and s=:s'@{':p':{'S':'x'},':s':{'N':'1'}}",
                "'KeyConditionExpression':'p=:p and s>=:s'@{':p':{'S':'x'},':s':{'N':'1'}}",
                "'KeyConditionExpression':'p=:p and s>:s'@{':p':{'S':'x'},':s':{'N':'1'}}",
                "'KeyConditionExpression':'p=:p and s<=:s'@{':p':{'S':'x'},':s':{'N':'1'}}",
                "'KeyConditionExpression':'p=:p','ScanIndexForward':false@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','Limit':5@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','Limit':6@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','Select':'COUNT'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','ProjectionExpression':'a'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','ProjectionExpression':'a.b'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','FilterExpression':'a=:p'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','FilterExpression':'a<>:p'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','ExclusiveStartKey':{'p':{'S':'x'},'s':{'N':'7'}}@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','ExclusiveStartKey':{'p':{'S':'x'},'s':{'N':'8'}}@{':p':{'S':'x'}}",
                "'KeyConditions':{'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}},'QueryFilter':{'a':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}}",
                "'KeyConditions':{'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}},'QueryFilter':{'a':{'ComparisonOperator':'NULL'},'b':{'ComparisonOperator':'NULL'}}",
                "'KeyConditions':{'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}},'ConditionalOperator':'OR','QueryFilter':{'a':{'ComparisonOperator':'NULL'},'b':{'ComparisonOperator':'NULL'}}",
            })
    void page_eachParameterChanged_otherKeyThanTheRest(String changed) throws NotUnderstoodException {
        PageKey plain =
                query("'KeyConditionExpression':'p=:p'@{':p':{'S':'x'}}").key();

        assertThat(query(changed).key()).isNotEqualTo(plain);
        assertThat(SEEN.put(query(changed).key(), changed)).isIn(null, changed);
    }

    private static final java.util.Map<PageKey, String> SEEN = new java.util.concurrent.ConcurrentHashMap<>();

    @Test
    void page_ofAnIndex_differsFromTheTables() throws NotUnderstoodException {
        String request = "'IndexName':'gsi','KeyConditionExpression':'g=:p'@{':p':{'S':'x'}}";
        PageKey index = read(request).page(TABLE, INDEX).key();

        assertThat(read(request.replace("gsi", "gs2")).page(TABLE, INDEX).key()).isNotEqualTo(index);
        assertThat(read(request.replace("'IndexName'", "'Select':'ALL_PROJECTED_ATTRIBUTES','IndexName'"))
                        .page(TABLE, INDEX)
                        .key())
                .isEqualTo(index);
        assertThat(read(request.replace("'IndexName'", "'Select':'ALL_ATTRIBUTES','IndexName'"))
                        .page(TABLE, INDEX)
                        .key())
                .isNotEqualTo(index);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'Surprise':1,'KeyConditionExpression':'p=:p'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','KeyConditionExpression':'p=:p'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p AND'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p'@{':p':{'S':'x'},':unused':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p'@{':p':{'N':'1'}}",
                "'KeyConditionExpression':'p=:p'@{':p':{'S':''}}",
                "'KeyConditionExpression':'p=:p'@{':p':{'S':'x','N':'1'}}",
                "'KeyConditionExpression':'p>:p'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p or s=:s'@{':p':{'S':'x'},':s':{'N':'1'}}",
                "'KeyConditionExpression':'p=:p and not s=:s'@{':p':{'S':'x'},':s':{'N':'1'}}",
                "'KeyConditionExpression':'p=:p and a=:s'@{':p':{'S':'x'},':s':{'N':'1'}}",
                "'KeyConditionExpression':'p=:p and s=:s and s<:s'@{':p':{'S':'x'},':s':{'N':'1'}}",
                "'KeyConditionExpression':'p=:p and begins_with(s,:p)'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p and s=:s'@{':p':{'S':'x'},':s':{'N':'1e400'}}",
                "'KeyConditionExpression':'s=:s'@{':s':{'N':'1'}}",
                "'KeyConditionExpression':':p=p'@{':p':{'S':'x'}}",
                "'Limit':5",
                "'KeyConditionExpression':'p=:p','Limit':0@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','Limit':'5'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','Select':'COUNT','ProjectionExpression':'a'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','Select':'EVERYTHING'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','ReturnConsumedCapacity':'SOME'@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','AttributesToGet':['a']@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','ExclusiveStartKey':{'p':{'S':'x'}}@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p','ExclusiveStartKey':{'p':{'S':'y'},'s':{'N':'7'}}@{':p':{'S':'x'}}",
                "'KeyConditionExpression':'p=:p and s>:s','ExclusiveStartKey':{'p':{'S':'x'},'s':{'N':'7'}}@{':p':{'S':'x'},':s':{'N':'8'}}",
                "'KeyConditions':{'p':{'ComparisonOperator':'NE','AttributeValueList':[{'S':'x'}]}}",
                "'KeyConditions':{'p':{'ComparisonOperator':'EQ','AttributeValueList':[]}}",
                "'KeyConditions':{'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]},'s':{'ComparisonOperator':'BETWEEN','AttributeValueList':[{'N':'2'},{'N':'1'}]}}",
                "'KeyConditions':{'p':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}},'ConditionalOperator':'OR'",
                "'Segment':0,'TotalSegments':2,'KeyConditionExpression':'p=:p'@{':p':{'S':'x'}}",
            })
    void page_whatDynamoDbMightRefuse_isNotUnderstood(String request) {
        assertThatThrownBy(() -> query(request)).isInstanceOf(NotUnderstoodException.class);
    }

    @Test
    void page_ofAScan_coversEverything() throws NotUnderstoodException {
        PageRequest scan = scan("'Limit':7");

        assertThat(scan.coversAll()).isTrue();
        assertThat(scan.covered(JsonSlice.of("{\"Items\":[],\"Count\":0}"))).isEmpty();
        assertThat(scan("'Segment':0,'TotalSegments':1,'Limit':7").key()).isEqualTo(scan.key());
        assertThat(scan("'Segment':0,'TotalSegments':2,'Limit':7").key()).isNotEqualTo(scan.key());
        assertThat(scan("'Segment':1,'TotalSegments':2,'Limit':7").key())
                .isNotEqualTo(scan("'Segment':0,'TotalSegments':2,'Limit':7").key());
    }

    @Test
    void read_arnOrBadName_isNotUnderstood() {
        for (String name : new String[] {"arn:aws:dynamodb:eu-west-1:123456789012:table/t", "ab", "a b c"}) {
            JsonSlice body = JsonSlice.of("{\"TableName\":\"" + name + "\"}");

            assertThatThrownBy(() -> QueryRequest.read(QueryRequest.Kind.SCAN, body))
                    .isInstanceOf(NotUnderstoodException.class);
        }
    }

    private static PageRequest query(String request) throws NotUnderstoodException {
        return read(request).page(TABLE, null);
    }

    private static PageRequest scan(String request) throws NotUnderstoodException {
        return QueryRequest.read(QueryRequest.Kind.SCAN, body(request)).page(TABLE, null);
    }

    private static QueryRequest read(String request) throws NotUnderstoodException {
        return QueryRequest.read(QueryRequest.Kind.QUERY, body(request));
    }

    private static JsonSlice body(String request) {
        String members = request.startsWith("@")
                ? request.replaceFirst("@", VALUES.substring(1))
                : request.replaceFirst("@", VALUES);
        return JsonSlice.of(("{'TableName':'tab'," + members + "}").replace('\'', '"'));
    }
}
